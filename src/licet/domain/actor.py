"""Who is asking, and the one function that says what they may do to an application.

A surface narrows the rule by its reach (a value), it never widens it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from licet.domain.application import Application
from licet.domain.scope import Scope
from licet.errors import NotCreator, PermissionMissing, RoleTooLow, ScopeMissing, UnknownApplication

Role = Literal["owner", "admin", "member"]
MANAGERS: tuple[Role, ...] = ("owner", "admin")

ADMIN = "admin"
"""The instance role that the instance is never without."""
MANAGE_APPLICATIONS = "manage-oauth-apps"
MANAGE_USERS = "manage-users"
MANAGE_ORGANIZATIONS = "manage-organizations"
MANAGE_INSTANCE = "manage-instance"
VIEW_AUDIT = "view-audit"
CREATE_PERSONAL_TOKENS = "create-personal-access-tokens"
CREATE_TOKENS_FOR_OTHERS = "user-generate-access-token"
END_SESSIONS_OF_OTHERS = "logout-other-user"
BYPASS_LIMITS = "api-bypass-rate-limit"

DEFAULT_PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    MANAGE_APPLICATIONS: ("admin",),
    MANAGE_USERS: ("admin",),
    MANAGE_ORGANIZATIONS: ("admin",),
    MANAGE_INSTANCE: ("admin",),
    VIEW_AUDIT: ("admin",),
    CREATE_PERSONAL_TOKENS: ("admin", "user"),
    CREATE_TOKENS_FOR_OTHERS: ("admin",),
    END_SESSIONS_OF_OTHERS: ("admin",),
    BYPASS_LIMITS: ("admin",),
}
"""Instance permissions and the instance roles that hold them on a new instance."""

MANAGEMENT_SCOPES: Mapping[str, str] = {
    "applications:read": "Read applications, their secrets' dates and their revisions.",
    "applications:write": "Register, change and delete applications.",
    "applications:register": "Register applications through dynamic client registration.",
    "secrets:write": "Add and revoke client secrets.",
    "organizations:write": "Manage organizations and their members.",
    "users:write": "Manage users, sessions and tokens.",
    "instance:admin": "Manage scopes, resources, permissions and read the audit log.",
}
"""Scopes of a native personal access token; a session has all of them."""

ADMINISTRATION: Mapping[str, str] = {
    MANAGE_USERS: "users:write",
    MANAGE_INSTANCE: "instance:admin",
    VIEW_AUDIT: "instance:admin",
}
"""Instance permissions that a narrowed credential has the use of only with a management scope, and that scope."""

SYSTEM_USER_ID = "0" * 24
"""The built-in user `system`: owns what the program itself brings, and can never sign in."""
INSTANCE_ORGANIZATION_ID = "0" * 23 + "1"
"""The organization of the instance itself."""


class Reach(Enum):
    """How far a surface reaches: which applications it lets a caller manage."""

    ROLE = "owner or admin of the owning organization, or the instance permission"
    CREATOR = "the same, and the caller created it"
    PERMISSION = "the instance permission alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who makes a call: a person, an application with its own registration token, or the operator at a shell.

    Attributes:
        id: the user's internal id, or None when it is not a user.
        name: what the audit log shows: a user name, `client:<client_id>` or `cli:<os user>`.
        surface: the surface through which the call came.
        organization_id: the user's personal organization.
        roles: organization id to role.
        permissions: instance permissions.
        instance_roles: instance roles, for surfaces that speak of an "instance admin".
        scopes: management scopes of the credential; None when the credential is not narrowed.
        client_id: the only application it may manage (RFC 7592), for a registration access token.
        credential: what the credential is known by, never its value; part of every idempotency key.
        password_hash: the user's when the credential was looked at (empty for none): with it ends what they hold.
    """

    id: str | None
    name: str
    surface: str
    request_id: str = ""
    organization_id: str | None = None
    roles: Mapping[str, Role]
    permissions: frozenset[str]
    instance_roles: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    client_id: str | None = None
    credential: str = ""
    password_hash: str = field(default="", repr=False)

    @property
    def is_instance_admin(self) -> bool:
        """Whether the caller holds the instance role `admin`."""
        return ADMIN in self.instance_roles

    @property
    def home(self) -> str | None:
        """Where an application goes that names no organization: the only team managed, else the personal one.

        None when there are several teams to choose from.
        """
        teams = [key for key in self.managed_organizations if key != self.organization_id]
        return self.organization_id if not teams else teams[0] if len(teams) == 1 else None

    @property
    def managed_organizations(self) -> tuple[str, ...]:
        """Ids of the organizations whose applications the caller may manage, in a stable order."""
        return tuple(sorted(key for key, role in self.roles.items() if role in MANAGERS))

    def may(self, permission: str) -> bool:
        """Whether the caller holds an instance permission."""
        return permission in self.permissions

    def need(self, permission: str) -> None:
        """Refuse a caller without an instance permission (PermissionMissing)."""
        if permission not in self.permissions:
            raise PermissionMissing(permission)

    def administer(self, permission: str) -> None:
        """Refuse a caller without a permission of ADMINISTRATION or its scope (ScopeMissing, PermissionMissing)."""
        self.need_scope(ADMINISTRATION[permission])
        self.need(permission)

    def need_scope(self, scope: str) -> None:
        """Refuse a narrowed credential that lacks a management scope (ScopeMissing)."""
        if self.scopes is not None and scope not in self.scopes:
            raise ScopeMissing(scope)


def manages(actor: Actor, organization_id: str) -> bool:
    """Whether the caller manages what an organization owns."""
    return actor.roles.get(organization_id) in MANAGERS or actor.may(MANAGE_APPLICATIONS)


def grantable(actor: Actor, scope: Scope, organization_id: str) -> bool:
    """Whether the caller may give a scope to something of an organization."""
    if scope.grantable_by == "owner":
        return actor.roles.get(organization_id) == "owner" or actor.may(MANAGE_APPLICATIONS)
    return scope.grantable_by == "manager"


def require_management(actor: Actor, application: Application, reach: Reach = Reach.ROLE) -> None:
    """Refuse a caller who may not manage an application: the only place where that is decided.

    Raises:
        UnknownApplication: a stranger, who shall not learn that it exists.
        RoleTooLow: a member of the owning organization.
        NotCreator: a surface that asks for the creator.
        PermissionMissing: a surface that asks for the instance permission.
    """
    if reach is Reach.PERMISSION:
        actor.need(MANAGE_APPLICATIONS)
    elif reach is Reach.CREATOR:
        _require_creator(actor, application)
    elif actor.client_id != application.client_id and not manages(actor, application.organization_id):
        raise RoleTooLow if application.organization_id in actor.roles else UnknownApplication


def _require_creator(actor: Actor, application: Application) -> None:
    built_in = application.created_by == SYSTEM_USER_ID and actor.is_instance_admin
    own = application.created_by == actor.id and manages(actor, application.organization_id)
    if not (own or built_in):
        raise NotCreator
