"""The Timbrix API: alice manages an application of her organization."""

from tests.examples.recorder import Recorder

APPS, APP = "/api/oauth/apps", "/api/oauth/apps/{clientId}"


def record(call: Recorder) -> None:
    signed_in = call.http.post("/api/manage/session", json={"username": "alice", "password": "password"}).json()
    alice = {"Authorization": f"Bearer {signed_in['token']}"}
    client_id = _found(call, alice)
    _changed(call, alice, client_id)
    _secrets(call, alice, client_id)
    one = {"headers": alice, "clientId": client_id}
    call(f"GET {APP}/events", "The latest", **one)
    call(f"GET {APP}/events", "Of an unknown application", headers=alice, clientId="app_0000000000000000")
    call(f"DELETE {APP}", "Of an older version", headers={**alice, "If-Match": '"1"'}, clientId=client_id)
    call(f"DELETE {APP}", "Delete an application", **one)
    call("GET /api/oauth/scopes", "All", headers=alice)
    call("GET /api/oauth/scopes", "Without a credential")


def _found(call: Recorder, alice: dict[str, str]) -> str:
    said = {
        "name": "Payroll",
        "description": "Reads members for payroll",
        "redirectUri": "https://payroll.example.com/callback",
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
