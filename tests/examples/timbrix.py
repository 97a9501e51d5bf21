"""The Timbrix API: alice manages an application of her organization."""

from urllib.parse import urlencode

from tests.examples.pages import allowed
from tests.examples.recorder import Recorder

APPS, APP = "/api/oauth/apps", "/api/oauth/apps/{clientId}"
ORGANIZATIONS = "/api/organizations"
MEMBERS, KEYS = f"{ORGANIZATIONS}/{{organizationId}}/members", f"{ORGANIZATIONS}/{{organizationId}}/api-keys"
HOOKS = f"{ORGANIZATIONS}/{{organizationId}}/webhooks"
HOOK = f"{HOOKS}/{{webhookId}}"
CALLBACK = "https://payroll.example.com/callback"
TOKEN = "/api/oauth/token"
UNKNOWN = "app_0000000000000000"


def record(call: Recorder) -> None:
    signed_in = call.http.post("/api/manage/session", json={"username": "alice", "password": "password"}).json()
    alice = {"Authorization": f"Bearer {signed_in['token']}"}
    client_id = _found(call, alice)
    _changed(call, alice, client_id)
    _secrets(call, alice, client_id)
    one = {"headers": alice, "clientId": client_id}
    call(f"GET {APP}/events", "The latest", **one)
    call(f"GET {APP}/events", "Of an unknown application", headers=alice, clientId=UNKNOWN)
    call(f"DELETE {APP}", "Of an older version", headers={**alice, "If-Match": '"1"'}, clientId=client_id)
    call(f"DELETE {APP}", "Delete an application", **one)
    call(f"POST {APP}/restore", "Within thirty days", **one)
    call(f"POST {APP}/restore", "One that was not deleted", **one)
    _protocol(call, alice)
    team = _organization(call, alice)
    _members(call, alice, team)
    _api_keys(call, alice, team)
    _webhooks(call, alice, team)
    _moved(call, alice, client_id)
    call("GET /api/oauth/scopes", "All", headers=alice)
    call("GET /api/oauth/scopes", "Without a credential")
    for path in ("/.well-known/oauth-authorization-server/api", "/api/.well-known/oauth-authorization-server"):
        call(f"GET {path}", "The metadata")


def _found(call: Recorder, alice: dict[str, str]) -> str:
    said = {
        "name": "Payroll",
        "description": "Reads members for payroll",
        "redirectUri": CALLBACK,
        "scopes": ["read:members"],
        "organizationId": "acme",
    }
    key = {"Idempotency-Key": "payroll-1"}
    made = call(f"POST {APPS}", "An application", headers={**alice, **key}, body=said)
    call(f"POST {APPS}", "Two faults", headers=alice, body={**said, "name": "", "scopes": ["eat:members"]})
    one = {"headers": alice, "clientId": made["clientId"]}
    call(f"GET {APPS}", "Found by word", headers=alice, query={"q": "payroll", "isActive": "true"})
    call(f"GET {APPS}", "A limit that is none", headers=alice, query={"limit": "0"})
    call(f"GET {APPS}/organization/{{organizationId}}", "By slug", headers=alice, organizationId="acme")
    call(f"GET {APPS}/organization/{{organizationId}}", "A stranger's", headers=alice, organizationId="other")
    call(f"GET {APP}", "One of them", **one)
    call(f"GET {APP}", "Without a credential", clientId=made["clientId"])
    client_id: str = made["clientId"]
    return client_id


def _changed(call: Recorder, alice: dict[str, str], client_id: str) -> None:
    one = {"headers": alice, "clientId": client_id}
    call(f"PUT {APP}", "Another description", body={"description": "Reads members, weekly"}, **one)
    call(f"PUT {APP}", "What cannot be changed", body={"clientSecret": "mine"}, **one)
    call(f"POST {APP}/validate", "Of a redirect URI", body={"redirectUri": "https://payroll.example.com/back"}, **one)
    call(f"POST {APP}/validate", "What cannot be changed", body={"clientSecret": "mine"}, **one)
    call(f"POST {APP}/suspend", "With a reason", body={"reason": "Being audited"}, **one)
    call(f"POST {APP}/suspend", "Too long a reason", body={"reason": "x" * 501}, **one)
    call(f"POST {APP}/activate", "Without a reason", **one)
    call(f"POST {APP}/activate", "An unknown key", body={"why": "audited"}, **one)


def _secrets(call: Recorder, alice: dict[str, str], client_id: str) -> None:
    one = {"headers": alice, "clientId": client_id}
    secret = call(f"POST {APP}/secrets", "A second one", **one)
    call(f"POST {APP}/secrets", "A third one", **one)
    call(f"GET {APP}/secrets", "All of an application", **one)
    call(f"GET {APP}/secrets", "Without a credential", clientId=client_id)
    call(f"DELETE {APP}/secrets/{{secretId}}", "Delete one", secretId=secret["id"], **one)
    call(f"DELETE {APP}/secrets/{{secretId}}", "Twice", secretId=secret["id"], **one)
    call(f"POST {APP}/regenerate-secret", "Within an hour", body={"gracePeriodSeconds": 3600, "force": True}, **one)
    call(f"POST {APP}/regenerate-secret", "Within a year", body={"gracePeriodSeconds": 31_536_000}, **one)


def _protocol(call: Recorder, alice: dict[str, str]) -> None:
    said = {"name": "Roster", "redirectUri": CALLBACK, "scopes": ["read:members"], "organizationId": "acme"}
    made = call.http.post(APPS, json=said, headers=alice).json()
    proof = {"clientId": made["clientId"], "clientSecret": made["clientSecret"]}
    tokens = _exchanged(call, proof)
    _own(call, proof)
    refreshed = call(f"POST {TOKEN}/refresh", "Without credentials", body={"refreshToken": tokens["refresh_token"]})
    call(f"POST {TOKEN}/refresh", "A token that is none", body={"refreshToken": "rt_0123456789abcdef"})
    _presented(call, proof, refreshed["access_token"])
    _lists(call, alice, made["clientId"])


def _exchanged(call: Recorder, proof: dict[str, str]) -> dict[str, str]:
    asked = {"client_id": proof["clientId"], "redirect_uri": CALLBACK, "scope": "read:members", "state": "a state"}
    code = allowed(call.http, f"/api/oauth/authorize?{urlencode({**asked, 'response_type': 'code'})}")
    exchange = {"grantType": "authorization_code", "code": code, "redirectUri": CALLBACK, **proof}
    tokens: dict[str, str] = call(f"POST {TOKEN}/exchange", "For a code", body=exchange)
    call(f"POST {TOKEN}/exchange", "A code that is none", body={**exchange, "code": "0123456789abcdef"})
    return tokens


def _own(call: Recorder, proof: dict[str, str]) -> None:
    call(f"POST {TOKEN}", "For the application itself", body={**proof, "scopes": ["read:members"]})
    call(f"POST {TOKEN}", "A wrong secret", body={**proof, "clientSecret": "mine", "scopes": ["read:members"]})


def _lists(call: Recorder, alice: dict[str, str], client_id: str) -> None:
    one = {"headers": alice, "clientId": client_id}
    unknown = {"headers": alice, "clientId": UNKNOWN}
    token = call(f"GET {APP}/tokens", "That are good", **one)[0]["id"]
    call(f"GET {APP}/authorizations", "What people allowed", **one)
    call(f"DELETE {TOKEN}/{{tokenId}}", "End one", headers=alice, tokenId=token)
    call(f"DELETE {TOKEN}/{{tokenId}}", "Nobody's", headers=alice, tokenId="tok_none")
    call(f"DELETE {APP}/tokens", "End all", **one)
    for method, path in (("GET", "tokens"), ("DELETE", "tokens"), ("GET", "authorizations")):
        call(f"{method} {APP}/{path}", "Of an unknown application", **unknown)


def _presented(call: Recorder, proof: dict[str, str], token: str) -> None:
    form = {"token": token, "client_id": proof["clientId"], "client_secret": proof["clientSecret"]}
    for path in ("introspect", "revoke"):
        call(f"POST /api/oauth/{path}", "One of one's own", form=form)
        call(f"POST /api/oauth/{path}", "A wrong secret", form={**form, "client_secret": "mine"})


def _organization(call: Recorder, alice: dict[str, str]) -> str:
    said = {"name": "Payroll team", "slug": "payroll-team"}
    made = call(f"POST {ORGANIZATIONS}", "A team", headers=alice, body=said)
    call(f"POST {ORGANIZATIONS}", "A slug that is taken", headers=alice, body=said)
    team: str = made["id"]
    return team


def _members(call: Recorder, alice: dict[str, str], team: str) -> None:
    acme = call.http.get("/api/manage/organizations/acme/members", headers=alice).json()["items"]
    carol = next(each["user_id"] for each in acme if each["username"] == "carol")
    added = {"user_id": carol, "role": "member"}
    call.http.post("/api/manage/organizations/payroll-team/members", json=added, headers=alice)
    one = {"headers": alice, "organizationId": team}
    everybody = call(f"GET {MEMBERS}", "Everybody in it", **one)
    call(f"GET {MEMBERS}", "Without a credential", organizationId=team)
    member = {**one, "memberId": next(each["id"] for each in everybody if each["username"] == "carol")}
    call(f"PUT {MEMBERS}/{{memberId}}/role", "An admin", body={"role": "admin"}, **member)
    call(f"PUT {MEMBERS}/{{memberId}}/role", "A role that is none", body={"role": "king"}, **member)
    call(f"DELETE {MEMBERS}/{{memberId}}", "Remove a member", **member)
    call(f"DELETE {MEMBERS}/{{memberId}}", "Twice", **member)


def _api_keys(call: Recorder, alice: dict[str, str], team: str) -> None:
    one = {"headers": alice, "organizationId": team}
    made = call(f"POST {KEYS}", "For a program", body={"name": "Warehouse", "scopes": ["read:members"]}, **one)
    call(f"POST {KEYS}", "Without a name", body={"scopes": ["read:members"]}, **one)
    call(f"GET {KEYS}", "All of an organization", **one)
    call(f"GET {KEYS}", "Without a credential", organizationId=team)
    call("POST /api/api-keys/validate", "One that is good", headers={"X-API-Key": made["key"]})
    call("POST /api/api-keys/validate", "None")


def _webhooks(call: Recorder, alice: dict[str, str], team: str) -> None:
    one = {"headers": alice, "organizationId": team}
    # Switched off: what is delivered, and when, is not the same each time.
    said = {"url": "https://hooks.example.com/payroll", "events": ["oauth_app.created"], "isActive": False}
    made = call(f"POST {HOOKS}", "Of an event", body=said, **one)
    call(f"POST {HOOKS}", "An event that is none", body={**said, "events": ["oauth_app.liked"]}, **one)
    call(f"GET {HOOKS}", "All of an organization", **one)
    call(f"GET {HOOKS}", "Without a credential", organizationId=team)
    hook = {**one, "webhookId": made["id"]}
    call(f"PUT {HOOK}", "Another event", body={"events": ["oauth_app.deleted"]}, **hook)
    call(f"PUT {HOOK}", "Not encrypted", body={"url": "http://hooks.example.com/payroll"}, **hook)
    call(f"GET {HOOK}/deliveries", "None yet", **hook)
    call(f"DELETE {HOOK}", "Delete one", **hook)
    call(f"DELETE {HOOK}", "Twice", **hook)
    call(f"GET {HOOK}/deliveries", "Of one that is gone", **hook)


def _moved(call: Recorder, alice: dict[str, str], client_id: str) -> None:
    one = {"headers": alice, "clientId": client_id}
    offered = call(f"POST {APP}/transfer", "To a team", body={"organizationId": "payroll-team"}, **one)
    call(f"POST {APP}/transfer", "To nobody", body={}, **one)
    accept = "POST /api/oauth/transfers/{transferId}/accept"
    call(accept, "By an owner there", headers=alice, transferId=offered["id"])
    call(accept, "Twice", headers=alice, transferId=offered["id"])
