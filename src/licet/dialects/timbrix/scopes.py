"""The eleven scopes of this surface, in the order in which they are listed."""

from licet.domain.scope import Scope

NAME = "timbrix"
"""The surface's name: in the audit log, in the catalogue, and of the applications that it registers."""

SCOPES = (
    Scope("read:user", "Read your profile.", catalogue=NAME),
    Scope("write:user", "Change your profile.", "medium", catalogue=NAME),
    Scope("read:organization", "Read the organization.", catalogue=NAME),
    Scope("write:organization", "Change the organization.", "medium", catalogue=NAME),
    Scope("read:members", "Read who is in the organization.", catalogue=NAME),
    Scope("write:members", "Add, change and remove members of the organization.", "high", catalogue=NAME),
    Scope("read:webhooks", "Read the webhooks of the organization.", catalogue=NAME),
    Scope("write:webhooks", "Change the webhooks of the organization.", "medium", catalogue=NAME),
    Scope("admin:organization", "Do whatever its owner may in the organization.", "high", "owner", NAME),
    Scope("admin:all", "Do whatever can be done.", "high", "nobody", NAME),
    Scope("write:oauth-apps", "Revoke tokens of the organization's applications.", "high", catalogue=NAME),
)
NAMES = tuple(scope.name for scope in SCOPES)
