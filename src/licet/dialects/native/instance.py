"""What belongs to the instance as a whole: scopes, resources, permissions, and the audit log."""

from dataclasses import replace

from licet.dialects.native import render
from licet.dialects.native.applications import CREDENTIALS
from licet.dialects.native.authentication import Authentication
from licet.dialects.native.fields import (
    DEFAULT_LIMIT,
    REVISION,
    collected,
    joined,
    listed,
    paged,
    shown,
    shown_time,
    wanted,
)
from licet.dialects.native.formats import Cursor
from licet.dialects.native.kinds import ScopeList
from licet.dialects.native.reading import body, query
from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.kinds import Choice, Nullable, Number, Text, Texts
from licet.domain.scope import Resource, Scope, split
from licet.services.ports import AuditQuery
from licet.services.users import INSTANCE_ROLES
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

SCOPES = "/api/manage/scopes"
SCOPE_PATH = f"{SCOPES}/{{name}}"
RESOURCES = "/api/manage/resources"
PERMISSIONS = "/api/manage/permissions"

SCOPE = Shape(
    name="Scope",
    fields=(
        shown("name", Text()),
        Field(theirs="description", ours="description", kind=Text(maximum=500, multiline=True), absent=Absent.REFUSE),
        Field(theirs="risk", ours="risk", kind=Choice(("low", "medium", "high")), about="`low` when left out."),
        Field(
            theirs="grantable_by",
            ours="grantable_by",
            kind=Choice(("manager", "owner", "nobody")),
            about="Who may give it to an application: owner and admins of its organization, the owner, or nobody.",
        ),
        shown("catalogue", Text(), "Who brought it; only `operator` may be changed."),
    ),
    unknown=Unknown.REFUSE,
    echoes=True,
)
_RESOURCE = Field(theirs="resource", ours="resource", kind=Text(1, 2_048), absent=Absent.REFUSE, about="Its URI.")
RESOURCE = Shape(
    name="Resource",
    fields=(
        _RESOURCE,
        Field(
            theirs="scope",
            ours="scope",
            kind=ScopeList(),
            absent=Absent.REFUSE,
            show=lambda resource: joined(resource.scope),
            take=lambda scope, _: split(scope),
            about="What means something there.",
        ),
        shown_time("created_at"),
    ),
    unknown=Unknown.REFUSE,
)
ONE_RESOURCE = Shape(name="OneResource", fields=(_RESOURCE,), unknown=Unknown.REFUSE)
PERMISSION = Shape(
    name="Permission",
    fields=(
        Field(theirs="permission", ours="permission", kind=Text(1, 100), absent=Absent.REFUSE),
        Field(
            theirs="roles",
            ours="roles",
            kind=Texts(Choice(INSTANCE_ROLES), unique=True),
            absent=Absent.REFUSE,
            about="The instance roles that hold it.",
        ),
    ),
    unknown=Unknown.REFUSE,
)
ENTRY = Shape(
    name="AuditEntry",
    fields=(
        *REVISION.fields[:1],
        *REVISION.fields[2:5],
        shown("target", Text(), "Id of what was changed."),
        shown("organization_id", Nullable(Text())),
        shown("version", Nullable(Number(1, 2**53)), "Of an application, after the change."),
        *REVISION.fields[5:],
    ),
    unknown=Unknown.REFUSE,
)
CURSOR = Cursor("audit")
AUDIT = paged(
    "Audit",
    CURSOR,
    wanted("organization_id", "Only what concerns this organization."),
    wanted("actor_id", "Only what this user did."),
    wanted("target", "Only what was done to this."),
    wanted("action", "Only this, such as `application.updated`."),
)


class Instance:
    """For anybody to read, and for administrators to change."""

    def __init__(self, setup: Setup, authentication: Authentication) -> None:
        self._catalogue = setup.services.catalogue
        self._audit = setup.services.audit
        self._clock = setup.services.ambient.clock
        self._authentication = authentication

    async def scopes(self, request: Request) -> Reply:
        """Every scope that an application may have."""
        await self._authentication.actor(request)
        scopes = await self._catalogue.scopes()
        return render.ok({"items": [SCOPE.encode(scope) for scope in scopes.values()]})

    async def put_scope(self, request: Request) -> Reply:
        """One of the operator's own, as the body says."""
        actor = await self._authentication.actor(request)
        blank = Scope(name=request.params["name"], description="")
        scope = replace(blank, **SCOPE.decode(body(request), blank))
        new = await self._catalogue.put_scope(actor, scope)
        return render.put(SCOPE.encode(scope), new=new)

    async def remove_scope(self, request: Request) -> Reply:
        """One of the operator's own, once no application has it."""
        await self._catalogue.remove_scope(await self._authentication.actor(request), request.params["name"])
        return render.done()

    async def resources(self, request: Request) -> Reply:
        """Every protected resource (RFC 8707)."""
        await self._authentication.actor(request)
        return render.ok({"items": [RESOURCE.encode(resource) for resource in await self._catalogue.resources()]})

    async def put_resource(self, request: Request) -> Reply:
        """A resource, as the body says."""
        actor = await self._authentication.actor(request)
        resource = Resource(**RESOURCE.decode(body(request)), created_at=self._clock())
        new = await self._catalogue.put_resource(actor, resource)
        kept = next(row for row in await self._catalogue.resources() if row.resource == resource.resource)
        return render.put(RESOURCE.encode(kept), new=new)

    async def remove_resource(self, request: Request) -> Reply:
        """The resource that the query names."""
        actor = await self._authentication.actor(request)
        await self._catalogue.remove_resource(actor, query(request, ONE_RESOURCE)["resource"])
        return render.done()

    async def permissions(self, request: Request) -> Reply:
        """Which instance roles hold which permission."""
        await self._authentication.actor(request)
        permissions = await self._catalogue.permissions()
        return render.ok({"items": [_permission(name, roles) for name, roles in sorted(permissions.items())]})

    async def put_permission(self, request: Request) -> Reply:
        """Who holds a permission from now on."""
        actor = await self._authentication.actor(request)
        said = PERMISSION.decode(body(request))
        await self._catalogue.put_permissions(actor, [(said["permission"], tuple(said["roles"]))])
        return render.put(_permission(**said), new=False)

    async def audit(self, request: Request) -> Reply:
        """What was done, newest first."""
        actor = await self._authentication.actor(request)
        asked = query(request, AUDIT)
        limit, (before,) = asked.pop("limit", DEFAULT_LIMIT), asked.pop("cursor", (None,))
        changes = await self._audit.page(actor, AuditQuery(before=before, limit=limit + 1, **asked))
        return render.ok(CURSOR.page(changes, limit, ENTRY.encode, lambda change: change.id))

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", SCOPES, self.scopes, _SCOPES),
            Route("PUT", SCOPE_PATH, self.put_scope, _PUT_SCOPE),
            Route("DELETE", SCOPE_PATH, self.remove_scope, _REMOVE_SCOPE),
            Route("GET", RESOURCES, self.resources, _RESOURCES),
            Route("PUT", RESOURCES, self.put_resource, _PUT_RESOURCE),
            Route("DELETE", RESOURCES, self.remove_resource, _REMOVE_RESOURCE),
            Route("GET", PERMISSIONS, self.permissions, _PERMISSIONS),
            Route("PUT", PERMISSIONS, self.put_permission, _PUT_PERMISSION),
            Route("GET", "/api/manage/audit", self.audit, _AUDIT),
        )


def _permission(permission: str, roles: tuple[str, ...] | list[str]) -> dict[str, object]:
    return {"permission": permission, "roles": list(roles)}


_SCOPES = Operation(
    summary="List scopes",
    about="Those that surfaces bring, then the operator's own.",
    tag="Scopes",
    answers={render.OK: collected(SCOPE)},
    security=CREDENTIALS,
    faults=render.ASKING,
)
_PUT_SCOPE = Operation(
    summary="Add or change a scope",
    about="One of the operator's own. The name is percent-encoded in the path.",
    tag="Scopes",
    request=SCOPE,
    answers={render.OK: SCOPE, render.CREATED: SCOPE},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_REMOVE_SCOPE = Operation(
    summary="Remove a scope",
    about="One of the operator's own, once no application has it.",
    tag="Scopes",
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=(*render.READING, render.CONFLICT),
)
_RESOURCES = Operation(
    summary="List resources",
    tag="Resources",
    answers={render.OK: collected(RESOURCE)},
    security=CREDENTIALS,
    faults=render.ASKING,
)
_PUT_RESOURCE = Operation(
    summary="Add or change a resource",
    tag="Resources",
    request=RESOURCE,
    answers={render.OK: RESOURCE, render.CREATED: RESOURCE},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_REMOVE_RESOURCE = Operation(
    summary="Remove a resource",
    tag="Resources",
    query=ONE_RESOURCE,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=render.READING,
)
_PERMISSIONS = Operation(
    summary="List permissions",
    tag="Permissions",
    answers={render.OK: collected(PERMISSION)},
    security=CREDENTIALS,
    faults=render.ASKING,
)
_PUT_PERMISSION = Operation(
    summary="Say who holds a permission",
    tag="Permissions",
    request=PERMISSION,
    answers={render.OK: PERMISSION},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_AUDIT = Operation(
    summary="Read the audit log",
    about="Newest first: of one organization for who manages it, of the instance with the permission.",
    tag="Audit",
    query=AUDIT,
    answers={render.OK: listed(ENTRY)},
    security=CREDENTIALS,
    faults=render.ASKING,
)
