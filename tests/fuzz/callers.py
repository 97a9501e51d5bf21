"""Who calls each surface: fresh credentials, and the ids of things that are there to be read, changed and deleted."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx

Json = dict[str, Any]


READS_NOTHING = frozenset({"/api/v1/users.logout"})
"""Calls to which a body that cannot be read is an empty one, and an empty one is enough."""
SENDS_STRANGERS_ON = frozenset({"/api/oauth/decision", "/api/oauth/device/{userCode}", "/api/oauth/device/decision"})
"""Calls that send whoever is not signed in to the sign-in page, before anything else is looked at."""


@dataclass
class Caller:
    """Headers that open a surface, and the values that its parameters can have for something to be found."""

    headers: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)


def native(http: httpx.Client) -> Caller:
    """The administrator; what is there to be deleted is somebody else."""
    headers = bearer(http, "admin")
    name = f"v{secrets.token_hex(8)}"
    home = _made(http.get("/api/manage/session", headers=headers))["user"]["organization_id"]
    scope = f"fuzz:{name}"
    _made(http.put(f"/api/manage/scopes/{scope}", headers=headers, json={"description": "Is there."}))
    application = _post(http, "/api/applications", headers, {"client_name": name, "organization_id": home})
    secret = _post(http, f"/api/applications/{application['client_id']}/secrets", headers, {})
    user = _post(http, "/api/manage/users", headers, {"username": name, "password": "correct horse"})
    organization = _post(http, "/api/manage/organizations", headers, {"name": name, "slug": name})
    member = {"user_id": user["id"], "role": "member"}
    _post(http, f"/api/manage/organizations/{organization['id']}/members", headers, member)
    token = _post(http, "/api/manage/tokens", headers, {"name": name, "scopes": ["applications:read"]})
    told = {"organization_id": organization["id"], "url": "https://hooks.invalid/", "events": ["member.added"]}
    webhook = _post(http, "/api/manage/webhooks", headers, told)
    key = _post(http, f"/api/manage/organizations/{organization['id']}/api-keys", headers, {"name": name})
    known = {
        "webhook_id": webhook["id"],
        "key_id": key["id"],
        "client_id": application["client_id"],
        "secret_id": secret["id"],
        "user_id": user["id"],
        "name": scope,
    }
    return Caller(headers, {**known, "organization_id": organization["id"], "token_id": token["id"]})


def rfc(http: httpx.Client) -> Caller:
    """A client that has just registered."""
    metadata = {"redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none"}
    made = _post(http, "/oauth2/register", {}, metadata)
    return Caller({"Authorization": f"Bearer {made['registration_access_token']}"}, {"client_id": made["client_id"]})


def teable(http: httpx.Client) -> Caller:
    """Alice, by session, with an application of hers."""
    headers = cookie(http, "alice")
    said = {"name": "Fuzz", "homepage": "https://example.com", "redirectUris": ["https://example.com/cb"]}
    application = _post(http, "/api/oauth/client", headers, said)
    secret = _post(http, f"/api/oauth/client/{application['clientId']}/secret", headers, {})
    asked = {"name": "fuzz", "scopes": ["table|read"], "expiredTime": "2099-12-31"}
    token = _post(http, "/api/access-token", headers, asked)
    return Caller(headers, {"clientId": application["clientId"], "secretId": secret["id"], "id": token["id"]})


def timbrix(http: httpx.Client) -> Caller:
    """Alice, with an application of an organization of hers."""
    headers = bearer(http, "alice")
    slug = f"t{secrets.token_hex(8)}"
    _post(http, "/api/organizations", headers, {"name": "Fuzz", "slug": slug})
    hook = {"url": "https://hooks.invalid/", "events": ["member.added"]}
    webhook = _post(http, f"/api/organizations/{slug}/webhooks", headers, hook)
    said = {"name": "Fuzz", "scopes": ["read:members"], "organizationId": slug}
    application = _post(http, "/api/oauth/apps", headers, said)
    secret = _post(http, f"/api/oauth/apps/{application['clientId']}/secrets", headers, {})
    known = {"clientId": application["clientId"], "secretId": secret["id"], "organizationId": slug}
    return Caller(headers, {**known, "webhookId": webhook["id"]})


def rocketchat(http: httpx.Client) -> Caller:
    """The administrator, with an application, a token and a person."""
    headers = login(http, "admin")
    proven = {"x-2fa-code": sha256(b"password").hexdigest()}
    name = f"r{secrets.token_hex(8)}"
    said = {"name": "Fuzz", "active": True, "redirectUri": "https://example.com/cb"}
    application = _post(http, "/api/v1/oauth-apps.create", headers, said)["application"]
    _post(http, "/api/v1/users.generatePersonalAccessToken", {**headers, **proven}, {"tokenName": name})
    person = {"name": name, "username": name, "email": f"{name}@example.com", "password": "correct horse"}
    user = _post(http, "/api/v1/users.create", headers, person)["user"]
    known = {"appId": application["_id"], "_id": application["_id"], "clientId": application["clientId"]}
    return Caller(headers, {**known, "userId": user["_id"], "tokenName": name, **proven})


CALLERS: Mapping[str, Callable[[httpx.Client], Caller]] = {
    "native": native,
    "rfc": rfc,
    "teable": teable,
    "timbrix": timbrix,
    "rocketchat": rocketchat,
}


def bearer(http: httpx.Client, person: str) -> dict[str, str]:
    """The headers of a person at the native API, and wherever its credentials are taken."""
    said = {"username": person, "password": "password"}
    return {"Authorization": f"Bearer {_post(http, '/api/manage/session', {}, said)['token']}"}


def cookie(http: httpx.Client, person: str) -> dict[str, str]:
    """The headers of a person who signed in as browsers do."""
    signed_in = http.post("/api/auth/signin", json={"email": f"{person}@example.com", "password": "password"})
    http.cookies.clear()
    return {"Cookie": signed_in.headers["set-cookie"].partition(";")[0]}


def login(http: httpx.Client, person: str) -> dict[str, str]:
    """The headers of a person at the surface that takes two."""
    data = _post(http, "/api/v1/login", {}, {"user": person, "password": "password"})["data"]
    return {"X-Auth-Token": data["authToken"], "X-User-Id": data["userId"]}


def _post(http: httpx.Client, path: str, headers: Mapping[str, str], body: Json) -> Json:
    return _made(http.post(path, headers=headers, json=body))


def _made(answer: httpx.Response) -> Json:
    assert answer.is_success, answer.text
    made: Json = answer.json()
    return made
