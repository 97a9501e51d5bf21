"""`/api/manage/users` and the two ways into an account without one: an invitation, and one's own sign-up."""

from collections.abc import Mapping
from typing import TypeGuard

from licet.dialects.native import render
from licet.dialects.native.applications import CREDENTIALS
from licet.dialects.native.authentication import NAME, Authentication
from licet.dialects.native.fields import DEFAULT_LIMIT, SHOWN_ONCE, having, listed
from licet.dialects.native.formats import moment
from licet.dialects.native.reading import PATCHES, body, optional_body, query
from licet.dialects.native.user import (
    INVITATION,
    NEW_PASSWORD,
    NEW_USER,
    SETUP,
    SIGN_UP,
    USER,
    USERS,
    USERS_CURSOR,
)
from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.domain.actor import Actor
from licet.errors import Fault, Invalid, UnknownLink, WrongPassword
from licet.services.users import Person
from licet.web.limits import CREDENTIAL_FAILURES, MINUTE, Limit
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

TAG = "Users"
COLLECTION = "/api/manage/users"
ONE = f"{COLLECTION}/{{user_id}}"
INVITATIONS = "/api/manage/invitations"
ONE_INVITATION = f"{INVITATIONS}/{{invitation_id}}"
SIGN_UPS = Limit("sign-ups from an address", 100, 60 * MINUTE)


class Users:
    """People, for themselves and for administrators."""

    def __init__(self, setup: Setup, authentication: Authentication) -> None:
        self._users = setup.services.users
        self._invitations = setup.services.invitations
        self._origin = setup.origin
        self._limiter = setup.limiter
        self._authentication = authentication

    async def page(self, request: Request) -> Reply:
        """People by user name."""
        actor = await self._authentication.actor(request)
        asked = query(request, USERS)
        limit, (after,) = asked.get("limit", DEFAULT_LIMIT), asked.get("cursor", (None,))
        users = await self._users.page(actor, q=asked.get("q", ""), after=after, limit=limit + 1)
        return render.ok(USERS_CURSOR.page(users, limit, USER.encode, lambda user: user.username))

    async def create(self, request: Request) -> Reply:
        """A new person; without a password, a link with which they set one."""
        actor = await self._authentication.actor(request)
        said = NEW_USER.decode(body(request))
        user = await self._users.create(actor, Person(**{"name": said["username"], **said}))
        document = USER.encode(user)
        if "password_digest" not in said:
            value = await self._users.setup_link(actor, user)
            document["setup_link"] = f"{self._origin}/account/setup/{value}"
        return render.created(document, [("location", f"{COLLECTION}/{user.id}")])

    async def get(self, request: Request) -> Reply:
        """One person."""
        actor = await self._authentication.actor(request)
        return render.ok(USER.encode(await self._users.get(actor, request.params["user_id"])))

    async def update(self, request: Request) -> Reply:
        """What the body says changes, everything else stays."""
        actor = await self._authentication.actor(request)
        user = await self._users.get(actor, request.params["user_id"])
        changes = USER.decode(body(request, PATCHES), user)
        changed = await self._users.update(actor, user.id, changes) if changes else user
        return render.ok(USER.encode(changed))

    async def delete(self, request: Request) -> Reply:
        """Gone for good."""
        await self._users.delete(await self._authentication.actor(request), request.params["user_id"])
        return render.done()

    async def export(self, request: Request) -> Reply:
        """Everything that is kept about a person."""
        actor = await self._authentication.actor(request)
        return render.ok(_with_moments(await self._users.export(actor, request.params["user_id"])))

    async def set_password(self, request: Request) -> Reply:
        """A new password; every session and token ends."""
        actor = await self._authentication.actor(request)
        user_id, said = request.params["user_id"], NEW_PASSWORD.decode(body(request))
        if user_id == actor.id:
            await self._prove_again(request, actor, said.get("current_password"))
        await self._users.set_password(actor, user_id, said["password_digest"])
        return render.done()

    async def _prove_again(self, request: Request, actor: Actor, password: str | None) -> None:
        # A stolen session must not become a stolen account.
        if password is None:
            raise Invalid([Fault(("current_password",), "absent")])
        try:
            await self._authentication.prove(request, actor.name, password)
        except WrongPassword:
            raise Invalid([Fault(("current_password",), "bad_value", "the present password")]) from None

    async def invite(self, request: Request) -> Reply:
        """A link with which somebody may sign up."""
        actor = await self._authentication.actor(request)
        link, value = await self._invitations.invite(actor, **INVITATION.decode(optional_body(request)))
        invitation = f"{self._origin}/account/join/{value}"
        return render.created({"id": link.id, "invitation": invitation, "expires_at": moment(link.expires_at)})

    async def cancel_invitation(self, request: Request) -> Reply:
        """A link that nobody has used is good no more."""
        actor = await self._authentication.actor(request)
        await self._invitations.cancel(actor, request.params["invitation_id"])
        return render.done()

    async def sign_up(self, request: Request) -> Reply:
        """A new person by their own hand."""
        await self._limiter.hit(SIGN_UPS, request.client)
        said = SIGN_UP.decode(body(request))
        invitation = said.pop("invitation", None)
        user = await self._users.join(NAME, Person(**{"name": said["username"], **said}), invitation=invitation)
        return render.created(USER.encode(user))

    async def set_up(self, request: Request) -> Reply:
        """The first password, with a link that works once."""
        said = SETUP.decode(body(request))
        await self._limiter.admit(CREDENTIAL_FAILURES, request.client)
        try:
            user = await self._users.set_first_password(said["link"], said["password_digest"])
        except UnknownLink:
            await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            raise
        return render.ok(USER.encode(user))

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", COLLECTION, self.page, _LIST),
            Route("POST", COLLECTION, self.create, _CREATE),
            Route("GET", ONE, self.get, _GET),
            Route("PATCH", ONE, self.update, _UPDATE),
            Route("DELETE", ONE, self.delete, _DELETE),
            Route("GET", f"{ONE}/export", self.export, _EXPORT),
            Route("PUT", f"{ONE}/password", self.set_password, _PASSWORD),
            Route("POST", INVITATIONS, self.invite, _INVITE),
            Route("DELETE", ONE_INVITATION, self.cancel_invitation, _CANCEL),
            Route("POST", "/api/manage/sign-up", self.sign_up, _SIGN_UP),
            Route("POST", "/api/manage/setup", self.set_up, _SET_UP),
        )


def _with_moments(kept: object) -> object:
    """What is exported, with its times as they are written everywhere."""
    if isinstance(kept, Mapping):
        return {name: moment(said) if _is_time(name, said) else _with_moments(said) for name, said in kept.items()}
    return [_with_moments(each) for each in kept] if isinstance(kept, list) else kept


def _is_time(name: str, said: object) -> TypeGuard[int]:
    return isinstance(said, int) and (name == "at" or name.endswith("_at"))


_LIST = Operation(
    summary="List people",
    about="By user name; for administrators.",
    tag=TAG,
    query=USERS,
    answers={render.OK: listed(USER)},
    security=CREDENTIALS,
    faults=render.ASKING,
)
_CREATE = Operation(
    summary="Add a person",
    about="For administrators. Without `password` the answer has a `setup_link`: a page that works once, and at "
    "`/api/manage/setup` the same for programs.",
    tag=TAG,
    request=NEW_USER,
    answers={render.CREATED: having(USER, setup_link=SHOWN_ONCE)},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_GET = Operation(
    summary="Read a person",
    about="Oneself; anybody for administrators.",
    tag=TAG,
    answers={render.OK: USER},
    security=CREDENTIALS,
    faults=render.READING,
)
_UPDATE = Operation(
    summary="Update a person",
    about="People change their own `name` and `email`; the rest is for administrators. The last active one stays one.",
    tag=TAG,
    request=USER,
    media_types=PATCHES,
    answers={render.OK: USER},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_DELETE = Operation(
    summary="Delete a person",
    about="For good. Refused while an organization of theirs still owns applications or has other members, and for the "
    "last active administrator.",
    tag=TAG,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=(*render.READING, render.CONFLICT),
)
_EXPORT = Operation(
    summary="Export a person",
    about="Everything that is kept about them, without secrets.",
    tag=TAG,
    answers={render.OK: {"type": "object"}},
    security=CREDENTIALS,
    faults=render.READING,
)
_PASSWORD = Operation(
    summary="Change a password",
    about="One's own with `current_password`; anybody's for administrators. Every session and token of theirs ends.",
    tag=TAG,
    request=NEW_PASSWORD,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_INVITE = Operation(
    summary="Invite somebody",
    about="For administrators. The answer has a page that works once, and at `/api/manage/sign-up` for programs; "
    "its `id` cancels it. With an `organization_id` whoever signs up becomes a member of that organization.",
    tag=TAG,
    request=INVITATION,
    bodyless=True,
    answers={
        render.CREATED: {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "invitation": SHOWN_ONCE,
                "expires_at": {"type": "string", "format": "date-time"},
            },
            "required": ["id", "invitation", "expires_at"],
        }
    },
    security=CREDENTIALS,
    faults=render.WRITING,
)
_CANCEL = Operation(
    summary="Cancel an invitation",
    about="For administrators, while nobody has used it.",
    tag=TAG,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=_DELETE.faults,
)
_SIGN_UP = Operation(
    summary="Sign up",
    about="Where the operator lets people, or with an invitation.",
    tag=TAG,
    request=SIGN_UP,
    answers={render.CREATED: USER},
    faults=render.ANYBODY,
)
_SET_UP = Operation(
    summary="Set a first password",
    about="With a setup link, once.",
    tag=TAG,
    request=SETUP,
    answers={render.OK: USER},
    faults=render.ANYBODY,
)
