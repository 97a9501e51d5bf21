"""What the tests of this dialect start from: an application, somebody's headers, a refusal's body."""

import hashlib
from typing import Any

import httpx

from licet.domain.actor import Actor
from licet.domain.ids import SUBJECT
from licet.domain.secret import Form
from licet.services.applications import Registration
from tests.contract.dialects.house import House

REST = "/api/v1"
NOW = "2026-11-18T11:06:40.000Z"
WIKI = {"name": "Wiki login", "active": True, "redirectUri": "https://wiki.example.org/login/cb"}
NO_LOGIN = {
    "success": False,
    "error": "You must be logged in to do this.",
    "status": "error",
    "message": "You must be logged in to do this.",
}
FORBIDDEN = {
    "success": False,
    "error": "User does not have the permissions required for this action [error-unauthorized]",
}
UNAUTHORIZED = {"success": False, "status": "error", "error": "Unauthorized", "message": "Unauthorized"}
UNKNOWN_ID = "7a8912de18ead32b53e40fb7"


def digest(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


async def post(house: House, route: str, body: object, who: str = "admin", **headers: str) -> httpx.Response:
    return await house.call(
        "POST", f"{REST}/{route}", json=body, headers={**await house.chat(who), **_spelled(headers)}
    )


async def get(house: House, route: str, who: str = "admin", **headers: str) -> httpx.Response:
    return await house.call("GET", f"{REST}/{route}", headers={**await house.chat(who), **_spelled(headers)})


def _spelled(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


async def created(house: House, **said: Any) -> dict[str, Any]:
    answer = await post(house, "oauth-apps.create", {**WIKI, **said})
    assert answer.status_code == 200, answer.text
    return answer.json()["application"]


async def shown(house: House, app_id: str) -> dict[str, Any]:
    answer = await get(house, f"oauth-apps.get?_id={app_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()["oauthApp"]


async def person(house: House, name: str) -> dict[str, str]:
    return {"_id": SUBJECT.spell((await house.user(name)).id), "username": name}


async def foreign(house: House, surface: str = "native", owner: str = "alice", **settings: object) -> str:
    """The internal id of an application that another surface registered."""
    actor: Actor = await house.actor(owner, surface)
    wanted = {"client_name": "Foreign", "organization_id": house.organizations["acme"], **settings}
    secret = Form("", "abcdefghijklmnop", 40)
    asked = Registration(settings=wanted, client_id=Form("x_", "abcdefghijklmnop", 24), secret=secret)
    return (await house.services.applications.register(actor, asked)).application.id


async def permit(house: House, permission: str, *roles: str) -> None:
    answer = await post(house, "permissions.update", {"permissions": [{"_id": permission, "roles": list(roles)}]})
    assert answer.status_code == 200, answer.text


def coded(reason: str, code: str, **details: object) -> dict[str, object]:
    """A refusal with a code, as the contract spells it."""
    body = {"success": False, "error": f"{reason} [{code}]", "errorType": code}
    return {**body, "details": details} if details else body


def invalid(*messages: str) -> dict[str, object]:
    return coded("\n ".join(messages), "invalid-params")
