"""The set-up routes that client tooling calls: people and permissions, for administrators."""

from typing import Any

from licet.dialects.record import Setup
from licet.dialects.rocketchat import profiles, reference, render
from licet.dialects.rocketchat.formats import USER_ID
from licet.dialects.rocketchat.gate import Action, Call, Gate, fits, needs
from licet.dialects.rocketchat.profiles import Profile
from licet.dialects.rocketchat.reference import INTEGER, OBJECT, Part
from licet.dialects.rocketchat.schema import faults_of
from licet.dialects.shape import Shape
from licet.domain.actor import MANAGE_INSTANCE, MANAGE_USERS
from licet.services.passwords import digest_of
from licet.services.users import Person
from licet.web.reply import Reply
from licet.web.route import Route

IDLE_ROLE = "user"
"""Whose role is looked at when none is named."""


class People:
    """Handlers over people and permissions."""

    def __init__(self, setup: Setup) -> None:
        self._users = setup.services.users
        self._catalogue = setup.services.catalogue
        self._origin = setup.origin

    async def create(self, call: Call) -> Reply:
        """Add a person with a password."""
        said = profiles.CREATE.decode(call.sent)
        person = Person(password_digest=digest_of(said.pop("password")), **said)
        user = await self._users.create(call.caller.actor, person)
        return render.ok({"user": profiles.OWN.encode(Profile(user, self._origin))})

    async def delete(self, call: Call) -> Reply:
        """Delete a person for good."""
        await self._users.delete(call.caller.actor, _internal(profiles.DELETE.decode(call.sent)))
        return render.ok({})

    async def info(self, call: Call) -> Reply:
        """A person by name or id: all that is shown to administrators and to themselves, little to others."""
        said = profiles.INFO.decode(call.sent)
        user = await self._users.find(username=said.get("username"), user_id=_internal(said))
        actor = call.caller.actor
        shape = profiles.OWN if user.id == actor.id or actor.may(MANAGE_USERS) else profiles.PUBLIC
        return render.ok({"user": shape.encode(Profile(user, self._origin))})

    async def set_activity(self, call: Call) -> Reply:
        """Let a person in again, or end all that proves them."""
        said = profiles.ACTIVITY.decode(call.sent)
        user = await self._users.update(call.caller.actor, _internal(said), {"active": said["active"]})
        return render.ok({"user": {"_id": USER_ID.spell(user.id), "active": user.active}})

    async def deactivate_idle(self, call: Call) -> Reply:
        """Deactivate whoever of a role has not signed in for so many days."""
        said = profiles.IDLE.decode(call.sent)
        count = await self._users.deactivate_idle(call.caller.actor, said["days"], said.get("role", IDLE_ROLE))
        return render.ok({"count": count})

    async def permit(self, call: Call) -> Reply:
        """Say which roles hold which permissions, and show them all."""
        said = profiles.PERMISSIONS.decode(call.sent)["permissions"]
        await self._catalogue.put_permissions(call.caller.actor, ((row["_id"], tuple(row["roles"])) for row in said))
        held = await self._catalogue.permissions()
        return render.ok({"permissions": [{"_id": name, "roles": list(roles)} for name, roles in held.items()]})


def _internal(said: dict[str, Any]) -> str:
    return USER_ID.read(said.get("user_id", "")) or ""


def _names_somebody(call: Call) -> Reply | None:
    return None if call.sent.get("username") or call.sent.get("userId") else render.user_param_required()


def routes(setup: Setup, gate: Gate) -> tuple[Route, ...]:
    """Five routes for administrators, and the look-up for everybody."""
    people = People(setup)

    def managed(path: str, action: Action, shape: Shape, *, about: str, **answer: Part) -> Route:
        operation = reference.operation(about, "people", answer, request=shape)
        permission = MANAGE_INSTANCE if shape is profiles.PERMISSIONS else MANAGE_USERS
        return gate.route(path, action, operation, fits(faults_of(shape)), needs(permission))

    return (
        managed("users.create", people.create, profiles.CREATE, about="Add a person", user=profiles.OWN),
        managed("users.delete", people.delete, profiles.DELETE, about="Delete a person"),
        managed(
            "users.setActiveStatus",
            people.set_activity,
            profiles.ACTIVITY,
            about="Let a person in, or not",
            user=OBJECT,
        ),
        managed(
            "users.deactivateIdle", people.deactivate_idle, profiles.IDLE, about="Deactivate the idle", count=INTEGER
        ),
        managed(
            "permissions.update",
            people.permit,
            profiles.PERMISSIONS,
            about="Say who may do what",
            permissions=[profiles.PERMISSION],
        ),
        gate.route(
            "users.info",
            people.info,
            reference.operation("Show a person", "people", {"user": OBJECT}, query=profiles.INFO),
            fits(faults_of(profiles.INFO)),
            _names_somebody,
            method="GET",
        ),
    )
