"""Application administration: create, list, get, update, delete."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson

from licet.dialects.record import Setup
from licet.dialects.rocketchat import fields, reference, render
from licet.dialects.rocketchat.fields import RECORD, Row
from licet.dialects.rocketchat.formats import CLIENT_ID, SECRET
from licet.dialects.rocketchat.gate import Call, Gate, fits, needs
from licet.dialects.rocketchat.reading import as_text
from licet.dialects.rocketchat.schema import exactly_one, faults_of
from licet.domain.actor import INSTANCE_ORGANIZATION_ID, MANAGE_APPLICATIONS, SYSTEM_USER_ID, Reach
from licet.domain.application import Application
from licet.errors import UnknownApplication
from licet.services.application_ports import Selection
from licet.services.applications import Registration
from licet.web.reply import Reply
from licet.web.route import Route

MANAGER = needs(MANAGE_APPLICATIONS)


class Applications:
    """Handlers over the registry; every right is the one instance permission."""

    def __init__(self, setup: Setup) -> None:
        self._applications = setup.services.applications
        self._credentials = setup.services.credentials
        self._secrets = setup.services.secrets
        self._users = setup.services.users

    async def create(self, call: Call) -> Reply:
        """Register an application; only here the record is wrapped and its `_id` comes last."""
        await self._ask_again(call)
        registered = await self._applications.register(
            call.caller.actor,
            Registration(
                settings={
                    **fields.CREATE.decode(call.sent),
                    "organization_id": INSTANCE_ORGANIZATION_ID,
                    "client_secret_retrievable": True,
                },
                client_id=CLIENT_ID,
                secret=SECRET,
            ),
        )
        [record] = await self._records([registered.application], manager=True)
        record_id = record.pop("_id")
        return render.ok({"application": {**record, "_id": record_id}})

    async def every(self, _: Call) -> Reply:
        """Every application, streamed as it is read."""
        return render.streamed(self._list())

    async def get(self, call: Call) -> Reply:
        """One application for anybody, with its secret for managers."""
        [(key, value)] = call.sent.items()
        headers = render.deprecated_parameter(key, call.request.path) if key == "appId" else ()
        manager = call.caller.actor.may(MANAGE_APPLICATIONS)
        try:
            application = await self._look_up(key, value)
        except UnknownApplication:
            return render.no_application().with_headers(headers)
        [record] = await self._records([application], manager=manager)
        return render.ok({"oauthApp": record}, headers)

    async def update(self, call: Call) -> Reply:
        """Replace name, activity and redirect URIs; what is sent is judged before it is known whether the id is."""
        await self._ask_again(call)
        present = await self._find(call)
        fields.UPDATE.decode(call.sent, present)
        if present is None:
            raise UnknownApplication
        saved = await self._applications.update(
            call.caller.actor,
            present.client_id,
            lambda seen: fields.UPDATE.decode(call.sent, seen),
            reach=Reach.PERMISSION,
        )
        [record] = await self._records([saved], manager=True)
        return render.ok(record)

    async def delete(self, call: Call) -> Reply:
        """Delete an application with everything that hangs on it."""
        await self._ask_again(call)
        present = await self._find(call)
        if present is None:
            raise UnknownApplication
        await self._applications.delete(call.caller.actor, present.client_id, reach=Reach.PERMISSION)
        return render.done()

    async def _ask_again(self, call: Call) -> None:
        """Nobody writes who was deleted, or lost the permission, since the door."""
        await self._credentials.ask_again(call.caller.actor, MANAGE_APPLICATIONS)

    async def _find(self, call: Call) -> Application | None:
        try:
            return await self._look_up("appId", str(as_text(call.sent["appId"])))
        except UnknownApplication:
            return None

    async def _look_up(self, key: str, value: str) -> Application:
        if key == "clientId":
            return await self._applications.look_up(value)
        return await self._applications.look_up_id(value)

    async def _list(self) -> AsyncIterator[bytes]:
        mark = b'{"oauthApps":['
        async for piece in self._applications.stream(Selection()):
            records = await self._records(piece, manager=True)
            yield mark + b",".join(map(orjson.dumps, records))
            mark = b","
        yield (b"" if mark == b"," else mark) + b'],"success":true}'

    async def _records(self, applications: Sequence[Application], *, manager: bool) -> list[dict[str, Any]]:
        secrets = await self._secrets.shown(applications) if manager else {}
        writers = {writer for application in applications for writer in (application.created_by, application.saved_by)}
        people = await self._users.named({writer or SYSTEM_USER_ID for writer in writers})
        return [RECORD.encode(Row(application, secrets.get(application.id), people)) for application in applications]


def routes(setup: Setup, gate: Gate) -> tuple[Route, ...]:
    """The five routes of application administration."""
    applications = Applications(setup)
    return (
        gate.route(
            "oauth-apps.create",
            applications.create,
            reference.operation("Create an application", "oauth-apps", {"application": RECORD}, request=fields.CREATE),
            fits(faults_of(fields.CREATE)),
            MANAGER,
        ),
        gate.route(
            "oauth-apps.list",
            applications.every,
            reference.operation("List all applications", "oauth-apps", {"oauthApps": [RECORD]}, query=fields.LIST),
            fits(faults_of(fields.LIST)),
            MANAGER,
            method="GET",
        ),
        gate.route(
            "oauth-apps.get",
            applications.get,
            reference.operation("Show an application", "oauth-apps", {"oauthApp": RECORD}, query=fields.GET),
            fits(exactly_one("_id", "clientId", "appId")),
            method="GET",
        ),
        gate.route(
            "oauth-apps.update",
            applications.update,
            reference.operation("Update an application", "oauth-apps", RECORD, request=fields.UPDATE),
            fits(faults_of(fields.UPDATE)),
            MANAGER,
        ),
        gate.route(
            "oauth-apps.delete",
            applications.delete,
            reference.operation("Delete an application", "oauth-apps", True, request=fields.DELETE),
            fits(faults_of(fields.DELETE)),
            MANAGER,
        ),
    )
