"""The Rocket.Chat API: the administrator manages applications, people and tokens."""

from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.examples.recorder import Recorder

API = "/api/v1"
CALLBACK = "https://wiki.example.org/callback"
CREATE_TOKEN_SECRET = "the-secret-of-an-example-instance"


def record(call: Recorder) -> None:
    call(f"POST {API}/login", "A wrong password", body={"user": "admin", "password": "guess"})
    admin = _login(call, "With a password", "admin")
    call("GET /api/info", "To anybody")
    call("GET /api/info", "To whoever is signed in", headers=admin)
    call(f"GET {API}/me", "The caller", headers=admin)
    call(f"GET {API}/me", "Without a credential")
    _applications(call, admin)
    _tokens(call, admin)
    _granting(call, admin)
    _provider(call, admin)
    _people(call, admin)
    held = {"permissions": [{"_id": "manage-oauth-apps", "roles": ["admin"]}]}
    call(f"POST {API}/permissions.update", "By administrators alone", headers=admin, body=held)
    unknown = {"permissions": [{"_id": "rule-the-world", "roles": ["admin"]}]}
    call(f"POST {API}/permissions.update", "One that is none", headers=admin, body=unknown)
    call(f"POST {API}/logout", "Sign out", headers=admin)
    call(f"POST {API}/logout", "Twice", headers=admin)
    again = _login(call, "By a form", "admin", form=True)
    call(f"GET {API}/logout", "By GET", headers=again)
    call(f"GET {API}/logout", "Twice", headers=again)


def _login(call: Recorder, title: str, name: str, *, form: bool = False) -> dict[str, str]:
    said = {"user": name, "password": "password"}
    data = call(f"POST {API}/login", title, **({"form": said} if form else {"body": said}))["data"]
    return {"X-Auth-Token": data["authToken"], "X-User-Id": data["userId"]}


def _applications(call: Recorder, admin: dict[str, str]) -> None:
    said = {"name": "Wiki", "active": True, "redirectUri": CALLBACK}
    made = call(f"POST {API}/oauth-apps.create", "An application", headers=admin, body=said)["application"]
    call(
        f"POST {API}/oauth-apps.create", "A redirect URI that is none", headers=admin, body={**said, "redirectUri": "x"}
    )
    call(f"GET {API}/oauth-apps.list", "All", headers=admin)
    call(f"GET {API}/oauth-apps.list", "Without a credential")
    call(f"GET {API}/oauth-apps.get", "By client id", headers=admin, query={"clientId": made["clientId"]})
    call(f"GET {API}/oauth-apps.get", "By nothing", headers=admin)
    known = {"appId": made["_id"]}
    call(f"POST {API}/oauth-apps.update", "Switched off", headers=admin, body={**known, **said, "active": False})
    call(f"POST {API}/oauth-apps.update", "Without an id", headers=admin, body=said)
    call(f"POST {API}/oauth-apps.delete", "Delete an application", headers=admin, body=known)
    call(f"POST {API}/oauth-apps.delete", "Twice", headers=admin, body=known)


def _tokens(call: Recorder, admin: dict[str, str]) -> None:
    proven = {**admin, "x-2fa-code": sha256(b"password").hexdigest()}
    named = {"tokenName": "nightly report"}
    for name, title in (("generate", "A token"), ("regenerate", "A new value")):
        call(f"POST {API}/users.{name}PersonalAccessToken", title, headers=proven, body=named)
        call(f"POST {API}/users.{name}PersonalAccessToken", "Without a second factor", headers=admin, body=named)
    call(f"GET {API}/users.getPersonalAccessTokens", "One's own", headers=admin)
    call(f"GET {API}/users.getPersonalAccessTokens", "Without a credential")
    call(f"POST {API}/users.removePersonalAccessToken", "End a token", headers=proven, body=named)
    call(f"POST {API}/users.removePersonalAccessToken", "Twice", headers=proven, body=named)


def _granting(call: Recorder, admin: dict[str, str]) -> None:
    wanted = {"username": "alice", "secret": CREATE_TOKEN_SECRET}
    call(f"POST {API}/users.createToken", "Of somebody else", headers=admin, body=wanted)
    call(f"POST {API}/users.createToken", "A wrong secret", headers=admin, body={**wanted, "secret": "guess"})
    code = call(f"POST {API}/loginCode.create", "For another device", headers=admin)["code"]
    call(f"POST {API}/loginCode.create", "Without a credential")
    call(f"POST {API}/loginCode.redeem", "On another device", body={"code": code})
    call(f"POST {API}/loginCode.redeem", "Twice", body={"code": code})


def _provider(call: Recorder, admin: dict[str, str]) -> None:
    said = {"name": "Handbook", "active": True, "redirectUri": CALLBACK}
    app = call.http.post(f"{API}/oauth-apps.create", json=said, headers=admin).json()["application"]
    proof = {"client_id": app["clientId"], "client_secret": app["clientSecret"]}
    asked = {"client_id": app["clientId"], "redirect_uri": CALLBACK, "response_type": "code", "state": "a state"}
    allow = {"allow": "yes", "token": admin["X-Auth-Token"], **asked}
    location = call.http.post("/oauth/authorize", data=allow).headers["location"]
    code = {"code": parse_qs(urlsplit(location).query)["code"][0]}
    exchange = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, **code, **proof}
    tokens = call("POST /oauth/token", "For a code", form=exchange)
    call("POST /oauth/token", "A code that is none", form={**exchange, "code": "0123456789abcdef"})
    call("GET /oauth/token", "By GET")
    held = {"Authorization": f"Bearer {tokens['access_token']}"}
    call("GET /oauth/userinfo", "Who signed in", headers=held)
    call("GET /oauth/userinfo", "Without a token")
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **proof}
    call("POST /oauth/token", "For a refresh token", form=refresh)


def _people(call: Recorder, admin: dict[str, str]) -> None:
    person = {"name": "Gil Example", "username": "gil", "email": "gil@example.com", "password": "correct horse"}
    gil: dict[str, Any] = call(f"POST {API}/users.create", "A person", headers=admin, body=person)["user"]
    call(f"POST {API}/users.create", "A name that is taken", headers=admin, body=person)
    known = {"userId": gil["_id"]}
    call(f"GET {API}/users.info", "By user name", headers=admin, query={"username": "gil"})
    call(f"GET {API}/users.info", "By nothing", headers=admin)
    off = {**known, "activeStatus": False}
    call(f"POST {API}/users.setActiveStatus", "Switched off", headers=admin, body=off)
    call(f"POST {API}/users.setActiveStatus", "Without a status", headers=admin, body=known)
    idle = {"daysIdle": 365, "role": "user"}
    call(f"POST {API}/users.deactivateIdle", "After a year", headers=admin, body=idle)
    call(f"POST {API}/users.deactivateIdle", "Without a number", headers=admin, body={})
    call(f"POST {API}/users.logout", "Somebody else", headers=admin, body=known)
    call(f"POST {API}/users.logout", "Without a credential", body=known)
    call(f"POST {API}/users.delete", "Delete a person", headers=admin, body=known)
    call(f"POST {API}/users.delete", "Twice", headers=admin, body=known)
