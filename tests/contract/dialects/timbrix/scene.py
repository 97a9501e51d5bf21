"""Ways to set a scene: an application of this surface or of another, tokens, and the words of errors."""

from typing import Any

import httpx

from licet.domain.ids import to_uuid
from licet.domain.secret import Form
from licet.services.applications import Registration
from licet.services.personal_tokens import Wanted
from tests.contract.dialects.house import House

APPS = "/api/oauth/apps"
UNKNOWN = f"{APPS}/app_0123456789abcdef"
ORGANIZATION = "/api/organizations/acme"
NOTHING = "0" * 24
MANAGED = [
    ("POST", APPS),
    ("GET", APPS),
    ("GET", f"{APPS}/organization/acme"),
    ("GET", UNKNOWN),
    ("PUT", UNKNOWN),
    ("DELETE", UNKNOWN),
    ("POST", f"{UNKNOWN}/activate"),
    ("POST", f"{UNKNOWN}/suspend"),
    ("GET", f"{UNKNOWN}/secrets"),
    ("POST", f"{UNKNOWN}/secrets"),
    ("POST", f"{UNKNOWN}/regenerate-secret"),
    ("DELETE", f"{UNKNOWN}/secrets/secret_{NOTHING}"),
    ("GET", f"{UNKNOWN}/events"),
    ("GET", f"{UNKNOWN}/tokens"),
    ("DELETE", f"{UNKNOWN}/tokens"),
    ("GET", f"{UNKNOWN}/authorizations"),
    ("POST", f"{UNKNOWN}/validate"),
    ("POST", f"{UNKNOWN}/restore"),
    ("POST", f"{UNKNOWN}/transfer"),
    ("POST", f"/api/oauth/transfers/transfer_{NOTHING}/accept"),
    ("GET", "/api/oauth/scopes"),
    ("POST", "/api/organizations"),
    ("GET", f"{ORGANIZATION}/members"),
    ("PUT", f"{ORGANIZATION}/members/usr_{NOTHING}/role"),
    ("DELETE", f"{ORGANIZATION}/members/usr_{NOTHING}"),
    ("POST", f"{ORGANIZATION}/api-keys"),
    ("GET", f"{ORGANIZATION}/api-keys"),
    ("POST", f"{ORGANIZATION}/webhooks"),
    ("GET", f"{ORGANIZATION}/webhooks"),
    ("PUT", f"{ORGANIZATION}/webhooks/wh_{NOTHING}"),
    ("DELETE", f"{ORGANIZATION}/webhooks/wh_{NOTHING}"),
    ("GET", f"{ORGANIZATION}/webhooks/wh_{NOTHING}/deliveries"),
]
"""Every route that a management bearer opens, and nothing else."""
END_TOKEN = ("DELETE", "/api/oauth/token/token_0000000000000000")
"""The one that an access token opens, too."""
NOW, LATER = "2026-11-18T11:06:40Z", "2026-11-18T11:16:40Z"
MINUTES = 600
DIGITS = "0123456789abcdef"

ROLE_TOO_LOW = {"statusCode": 403, "message": "Owner or admin role required", "error": "Forbidden"}
NO_APPLICATION = {"statusCode": 404, "message": "OAuth application not found", "error": "Not Found"}
NOBODY = {"statusCode": 401, "message": "Authentication required", "error": "Unauthorized"}
NOT_JSON = {"statusCode": 415, "message": "The body must be application/json", "error": "Unsupported Media Type"}
MISMATCH = {
    "statusCode": 412,
    "message": "The application was changed by someone else",
    "error": "Precondition Failed",
}


def bad(*faults: str) -> dict[str, Any]:
    """The answer to a request with these faults."""
    return {"statusCode": 400, "message": list(faults), "error": "Bad Request"}


async def call(house: House, who: str, method: str, path: str, **kwargs: Any) -> httpx.Response:
    """A call of one of the demo's people."""
    headers = {**await house.bearer(who), **kwargs.pop("headers", {})}
    return await house.call(method, path, headers=headers, **kwargs)


async def registered(house: House, who: str = "alice", **said: Any) -> dict[str, Any]:
    """A new application: its nine keys."""
    body = {
        "name": "Payroll Connector",
        "description": "Reads members for payroll",
        "redirectUri": "https://payroll.example/cb",
        "scopes": ["read:organization", "read:members"],
        **said,
    }
    answer = await call(house, who, "POST", APPS, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def foreign(house: House, surface: str = "native", **settings: Any) -> str:
    """The client id of an application of acme that another surface made."""
    said = {"client_name": "Foreign", "organization_id": house.organizations["acme"], **settings}
    asked = Registration(settings=said, client_id=Form("app_", DIGITS, 16))
    return (
        await house.services.applications.register(await house.actor("alice", surface), asked)
    ).application.client_id


async def narrowed(house: House, who: str, *scopes: str) -> dict[str, str]:
    """The headers of a personal access token that may do no more than this."""
    form = Form("licet_pat_", DIGITS, 43)
    issued = await house.services.personal_tokens.create(
        await house.actor(who), Wanted(name="narrow", scopes=scopes), form
    )
    return {"authorization": f"Bearer {issued.value}"}


def uuid(house: House, slug: str) -> str:
    """An organization's id as this surface writes it."""
    return to_uuid(house.organizations[slug])


async def kept(house: House, client_id: str) -> Any:
    """What the registry holds, whoever asks."""
    return await house.store.applications.by_client_id(client_id)
