"""Every surface as a way to one and the same application: how it registers, reads and writes it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.contract.dialects.house import House
from tests.contract.dialects.teable import calls as teable

BACK = "https://ledger.example/cb"


@dataclass(frozen=True)
class Made:
    """An application, and the token it manages itself with, if it has one."""

    client_id: str
    id: str
    registration_token: str = ""


@dataclass(frozen=True)
class Way:
    """One surface, as somebody uses it.

    `name` is what it calls the name, `least` is what an update must have beside it, `shown` is the part of an answer
    that may be sent back. Where `self_managed`, only the application itself gets in.
    """

    register: Callable[[House, str, str], Awaitable[httpx.Response]]
    read: Callable[[House, str, Made], Awaitable[httpx.Response]]
    write: Callable[[House, str, Made, Mapping[str, Any]], Awaitable[httpx.Response]]
    name: str
    least: Mapping[str, Any] = field(default_factory=dict)
    shown: Callable[[Any], dict[str, Any]] = dict
    self_managed: bool = False

    def opens(self, it: Made) -> bool:
        """Whether the surface reaches an application at all."""
        return bool(it.registration_token) or not self.self_managed


async def made(house: House, client_id: str, registration_token: str = "") -> Made:
    kept = await house.store.applications.by_client_id(client_id)
    return Made(client_id, kept.id, registration_token)


async def _native_register(house: House, who: str, name: str) -> httpx.Response:
    body = {"client_name": name, "redirect_uris": [BACK], "organization_id": house.organizations["acme"]}
    return await house.call("POST", "/api/applications", headers=await house.bearer(who), json=body)


async def _native_read(house: House, who: str, it: Made) -> httpx.Response:
    return await house.call("GET", f"/api/applications/{it.client_id}", headers=await house.bearer(who))


async def _native_write(house: House, who: str, it: Made, body: Mapping[str, Any]) -> httpx.Response:
    headers = await house.bearer(who)
    return await house.call("PATCH", f"/api/applications/{it.client_id}", headers=headers, json=body)


async def _rfc_register(house: House, who: str, name: str) -> httpx.Response:
    sent = {"name": "registrar", "scopes": ["applications:register"]}
    token = (await house.call("POST", "/api/manage/tokens", headers=await house.bearer(who), json=sent)).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    body = {"client_name": name, "redirect_uris": [BACK]}
    return await house.call("POST", "/oauth2/register", headers=headers, json=body)


def _own(it: Made) -> dict[str, str]:
    return {"authorization": f"Bearer {it.registration_token}"}


async def _rfc_read(house: House, _who: str, it: Made) -> httpx.Response:
    return await house.call("GET", f"/oauth2/register/{it.client_id}", headers=_own(it))


async def _rfc_write(house: House, _who: str, it: Made, body: Mapping[str, Any]) -> httpx.Response:
    return await house.call("PUT", f"/oauth2/register/{it.client_id}", headers=_own(it), json=body)


def _rfc_shown(document: Any) -> dict[str, Any]:
    # RFC 7592 §2.2: these are never in an update.
    issued = {
        "registration_access_token",
        "registration_client_uri",
        "client_secret_expires_at",
        "client_id_issued_at",
    }
    return {name: value for name, value in document.items() if name not in issued}


async def _teable_register(house: House, who: str, name: str) -> httpx.Response:
    body = {"name": name, "homepage": "https://ledger.example", "redirectUris": [BACK]}
    return await house.call("POST", teable.CLIENTS, headers=await teable.signed_in(house, who), json=body)


async def _teable_read(house: House, who: str, it: Made) -> httpx.Response:
    headers = await teable.signed_in(house, who)
    return await house.call("GET", f"{teable.CLIENTS}/{it.client_id}", headers=headers)


async def _teable_write(house: House, who: str, it: Made, body: Mapping[str, Any]) -> httpx.Response:
    headers = await teable.signed_in(house, who)
    return await house.call("PUT", f"{teable.CLIENTS}/{it.client_id}", headers=headers, json=body)


async def _timbrix_register(house: House, who: str, name: str) -> httpx.Response:
    body = {"name": name, "redirectUri": BACK, "scopes": ["read:members"], "organizationId": "acme"}
    return await house.call("POST", "/api/oauth/apps", headers=await house.bearer(who), json=body)


async def _timbrix_read(house: House, who: str, it: Made) -> httpx.Response:
    return await house.call("GET", f"/api/oauth/apps/{it.client_id}", headers=await house.bearer(who))


async def _timbrix_write(house: House, who: str, it: Made, body: Mapping[str, Any]) -> httpx.Response:
    headers = await house.bearer(who)
    return await house.call("PUT", f"/api/oauth/apps/{it.client_id}", headers=headers, json=body)


async def _chat_register(house: House, who: str, name: str) -> httpx.Response:
    body = {"name": name, "active": True, "redirectUri": BACK}
    return await house.call("POST", "/api/v1/oauth-apps.create", headers=await house.chat(who), json=body)


async def _chat_read(house: House, who: str, it: Made) -> httpx.Response:
    return await house.call("GET", f"/api/v1/oauth-apps.get?_id={it.id}", headers=await house.chat(who))


async def _chat_write(house: House, who: str, it: Made, body: Mapping[str, Any]) -> httpx.Response:
    sent = {"appId": it.id, **body}
    return await house.call("POST", "/api/v1/oauth-apps.update", headers=await house.chat(who), json=sent)


def _timbrix_shown(document: Any) -> dict[str, Any]:
    # What the surface shows beside these it refuses in an update, the same value included.
    return {name: document[name] for name in ("name", "description", "redirectUri", "scopes", "isActive")}


def _chat_shown(document: Any) -> dict[str, Any]:
    return {name: document["oauthApp"][name] for name in ("name", "active", "redirectUri")}


WAYS: Mapping[str, Way] = {
    "native": Way(_native_register, _native_read, _native_write, "client_name"),
    "rfc": Way(
        _rfc_register,
        _rfc_read,
        _rfc_write,
        "client_name",
        shown=_rfc_shown,
        self_managed=True,
    ),
    "teable": Way(
        _teable_register,
        _teable_read,
        _teable_write,
        "name",
        least={"homepage": "https://ledger.example", "redirectUris": [BACK]},
    ),
    "timbrix": Way(_timbrix_register, _timbrix_read, _timbrix_write, "name", shown=_timbrix_shown),
    "rocketchat": Way(
        _chat_register,
        _chat_read,
        _chat_write,
        "name",
        least={"active": True, "redirectUri": BACK},
        shown=_chat_shown,
    ),
}


def identity(answer: httpx.Response) -> tuple[str, str]:
    """The client_id of a new application, and its registration access token, whatever the surface calls them."""
    document = answer.json()
    document = document.get("application", document)
    return document.get("client_id") or document["clientId"], document.get("registration_access_token", "")


async def register(house: House, surface: str, who: str, name: str) -> Made:
    """Register an application through a surface."""
    answer = await WAYS[surface].register(house, who, name)
    assert answer.is_success, answer.text
    return await made(house, *identity(answer))
