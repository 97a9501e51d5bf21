"""`/api/manage/organizations`: who owns applications, and who is in there."""

from dataclasses import replace

from licet.dialects.native import render
from licet.dialects.native.applications import CREDENTIALS
from licet.dialects.native.authentication import Authentication
from licet.dialects.native.fields import DEFAULT_LIMIT, collected, listed, paged, shown, shown_time
from licet.dialects.native.formats import Cursor
from licet.dialects.native.reading import PATCHES, body, query
from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.kinds import Choice, Nullable, Text, Uri
from licet.domain.redirect_uri import MAXIMUM_BYTES
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

TAG = "Organizations"
COLLECTION = "/api/manage/organizations"
ONE = f"{COLLECTION}/{{organization_id}}"
MEMBERS = f"{ONE}/members"
MEMBER_PATH = f"{MEMBERS}/{{user_id}}"

_NAME = Field(theirs="name", ours="name", kind=Text(3, 100, trim=True))
_LOGO = Field(theirs="logo", ours="logo", kind=Nullable(Uri(("https",), MAXIMUM_BYTES)))
_ROLE = Field(theirs="role", ours="role", kind=Choice(("admin", "member")), absent=Absent.REFUSE)
_USER_ID = Field(theirs="user_id", ours="user_id", kind=Text(24, 24), absent=Absent.REFUSE)

ORGANIZATION = Shape(
    name="Organization",
    fields=(
        shown("id", Text()),
        _NAME,
        shown("slug", Text(), "Unique; it never changes."),
        shown("kind", Text(), "`team`, `personal` or `instance`."),
        _LOGO,
        shown_time("created_at"),
        shown_time("updated_at"),
    ),
    unknown=Unknown.REFUSE,
    echoes=True,
)
NEW_ORGANIZATION = Shape(
    name="NewOrganization",
    fields=(
        replace(_NAME, absent=Absent.REFUSE),
        Field(
            theirs="slug",
            ours="slug",
            kind=Text(3, 50),
            absent=Absent.REFUSE,
            about="Lower-case letters, digits and inner hyphens.",
        ),
        _LOGO,
    ),
    unknown=Unknown.REFUSE,
)
MEMBER = Shape(
    name="Member",
    fields=(
        shown("user_id", Text()),
        shown("username", Text()),
        shown("name", Text()),
        shown("email", Nullable(Text())),
        Field(theirs="role", ours="role", kind=Text(), read_only=True, about="`owner`, `admin` or `member`."),
        shown_time("created_at", "When they came in."),
    ),
    unknown=Unknown.REFUSE,
)
NEW_MEMBER = Shape(name="NewMember", fields=(_USER_ID, _ROLE), unknown=Unknown.REFUSE)
NEW_ROLE = Shape(name="NewRole", fields=(_ROLE,), unknown=Unknown.REFUSE)
NEW_OWNER = Shape(name="NewOwner", fields=(_USER_ID,), unknown=Unknown.REFUSE)

CURSOR = Cursor("organizations")
ORGANIZATIONS = paged("Organizations", CURSOR)


class Organizations:
    """For their members, and for administrators."""

    def __init__(self, setup: Setup, authentication: Authentication) -> None:
        self._organizations = setup.services.organizations
        self._authentication = authentication

    async def page(self, request: Request) -> Reply:
        """The caller's by slug; all of them for administrators."""
        actor = await self._authentication.actor(request)
        asked = query(request, ORGANIZATIONS)
        limit, (after,) = asked.get("limit", DEFAULT_LIMIT), asked.get("cursor", (None,))
        found = await self._organizations.page(actor, after=after, limit=limit + 1)
        return render.ok(CURSOR.page(found, limit, ORGANIZATION.encode, lambda organization: organization.slug))

    async def create(self, request: Request) -> Reply:
        """A new team of the caller's."""
        actor = await self._authentication.actor(request)
        organization = await self._organizations.create(actor, **NEW_ORGANIZATION.decode(body(request)))
        location = f"{COLLECTION}/{organization.id}"
        return render.created(ORGANIZATION.encode(organization), [("location", location)])

    async def get(self, request: Request) -> Reply:
        """One, by id or slug."""
        actor = await self._authentication.actor(request)
        organization = await self._organizations.find(actor, request.params["organization_id"])
        return render.ok(ORGANIZATION.encode(organization))

    async def update(self, request: Request) -> Reply:
        """Another name or logo."""
        actor = await self._authentication.actor(request)
        present = await self._organizations.find(actor, request.params["organization_id"])
        said = ORGANIZATION.decode(body(request, PATCHES), present)
        return render.ok(ORGANIZATION.encode(await self._organizations.update(actor, present.id, said)))

    async def delete(self, request: Request) -> Reply:
        """Gone, once it owns no application."""
        actor = await self._authentication.actor(request)
        await self._organizations.delete(actor, request.params["organization_id"])
        return render.done()

    async def members(self, request: Request) -> Reply:
        """Everybody in it, by user name."""
        actor = await self._authentication.actor(request)
        members = await self._organizations.members(actor, request.params["organization_id"])
        return render.ok({"items": [MEMBER.encode(member) for member in members]})

    async def add_member(self, request: Request) -> Reply:
        """One more in it."""
        actor = await self._authentication.actor(request)
        organization_id, said = request.params["organization_id"], NEW_MEMBER.decode(body(request))
        await self._organizations.add_member(actor, organization_id, said["user_id"], said["role"])
        return render.created(MEMBER.encode(await self._organizations.member(actor, organization_id, said["user_id"])))

    async def set_role(self, request: Request) -> Reply:
        """Another role for a member."""
        actor = await self._authentication.actor(request)
        organization_id, user_id = request.params["organization_id"], request.params["user_id"]
        await self._organizations.set_role(
            actor, organization_id, user_id, NEW_ROLE.decode(body(request, PATCHES))["role"]
        )
        return render.ok(MEMBER.encode(await self._organizations.member(actor, organization_id, user_id)))

    async def remove_member(self, request: Request) -> Reply:
        """One fewer; who removes themself leaves."""
        actor = await self._authentication.actor(request)
        params = request.params
        await self._organizations.remove_member(actor, params["organization_id"], params["user_id"])
        return render.done()

    async def hand_over(self, request: Request) -> Reply:
        """Another owner; the present one stays as admin."""
        actor = await self._authentication.actor(request)
        said = NEW_OWNER.decode(body(request))
        await self._organizations.hand_over(actor, request.params["organization_id"], said["user_id"])
        return render.done()

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", COLLECTION, self.page, _LIST),
            Route("POST", COLLECTION, self.create, _CREATE),
            Route("GET", ONE, self.get, _GET),
            Route("PATCH", ONE, self.update, _UPDATE),
            Route("DELETE", ONE, self.delete, _DELETE),
            Route("GET", MEMBERS, self.members, _MEMBERS),
            Route("POST", MEMBERS, self.add_member, _ADD_MEMBER),
            Route("PATCH", MEMBER_PATH, self.set_role, _SET_ROLE),
            Route("DELETE", MEMBER_PATH, self.remove_member, _REMOVE_MEMBER),
            Route("POST", f"{ONE}/owner", self.hand_over, _HAND_OVER),
        )


_LIST = Operation(
    summary="List organizations",
    tag=TAG,
    query=ORGANIZATIONS,
    answers={render.OK: listed(ORGANIZATION)},
    security=CREDENTIALS,
    faults=render.ASKING,
)
_CREATE = Operation(
    summary="Make an organization",
    about="The caller becomes its owner.",
    tag=TAG,
    request=NEW_ORGANIZATION,
    answers={render.CREATED: ORGANIZATION},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_GET = Operation(
    summary="Read an organization",
    about="By id or slug.",
    tag=TAG,
    answers={render.OK: ORGANIZATION},
    security=CREDENTIALS,
    faults=render.READING,
)
_UPDATE = Operation(
    summary="Update an organization",
    tag=TAG,
    request=ORGANIZATION,
    media_types=PATCHES,
    answers={render.OK: ORGANIZATION},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_DELETE = Operation(
    summary="Delete an organization",
    about="Its owner or an administrator, once it owns no application.",
    tag=TAG,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=(*render.READING, render.CONFLICT),
)
_MEMBERS = Operation(
    summary="List members",
    tag=TAG,
    answers={render.OK: collected(MEMBER)},
    security=CREDENTIALS,
    faults=render.READING,
)
_ADD_MEMBER = Operation(
    summary="Add a member",
    tag=TAG,
    request=NEW_MEMBER,
    answers={render.CREATED: MEMBER},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_SET_ROLE = Operation(
    summary="Change a member's role",
    about="The owner's is changed by handing over.",
    tag=TAG,
    request=NEW_ROLE,
    media_types=PATCHES,
    answers={render.OK: MEMBER},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_REMOVE_MEMBER = Operation(
    summary="Remove a member",
    about="The owner stays. Members may remove themselves.",
    tag=TAG,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=(*render.READING, render.CONFLICT),
)
_HAND_OVER = Operation(
    summary="Hand over",
    about="Another member becomes the owner, and the present one an admin.",
    tag=TAG,
    request=NEW_OWNER,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=render.WRITING,
)
