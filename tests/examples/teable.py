"""The Teable API: alice signs in, manages applications and tokens of hers, and lets one act for her."""

from tests.examples.recorder import Recorder

CLIENTS, CLIENT = "/api/oauth/client", "/api/oauth/client/{clientId}"
ACCESS_TOKEN = "/api/oauth/access_token"
CALLBACK = "https://reports.example.com/callback"
TOKENS, TOKEN = "/api/access-token", "/api/access-token/{id}"


def record(call: Recorder) -> None:
    alice = {"email": "alice@example.com", "password": "password"}
    call("POST /api/auth/signin", "A wrong password", body={**alice, "password": "guess"})
    call("POST /api/auth/signin", "With a password", body=alice)
    session = {"Cookie": f"auth_session={call.http.cookies['auth_session']}"}
    call.http.cookies.clear()
    call("POST /api/auth/signup", "A new person", body={"email": "fay@example.com", "password": "correct horse"})
    call.http.cookies.clear()
    call("POST /api/auth/signup", "An address that is taken", body={**alice, "password": "correct horse"})
    _applications(call, session)
    _tokens(call, session)
    _protocol(call, session)
    call("POST /api/auth/signout", "Sign out", headers=session)
    call.http.cookies.clear()
    call("POST /api/auth/signout", "Twice", headers=session)


def _applications(call: Recorder, session: dict[str, str]) -> None:
    call(f"GET {CLIENTS}", "Without a credential")
    said = {
        "name": "Table reports",
        "homepage": "https://reports.example.com",
        "redirectUris": ["https://reports.example.com/callback"],
        "scopes": ["table|read", "record|read"],
    }
    made = call(f"POST {CLIENTS}", "An application", headers=session, body=said)
    call(f"POST {CLIENTS}", "A scope that is none", headers=session, body={**said, "scopes": ["string"]})
    form = {"name": said["name"], "homepage": said["homepage"], "redirectUris[]": said["redirectUris"]}
    second = call(f"POST {CLIENTS}", "By a form", headers=session, form=form)
    one = {"headers": session, "clientId": made["clientId"]}
    secret = call(f"POST {CLIENT}/secret", "Add a secret", **one)
    call(f"POST {CLIENT}/secret", "To an unknown application", headers=session, clientId="clt0000000000000000")
    call(f"GET {CLIENTS}", "One's own", headers=session)
    call(f"GET {CLIENT}", "With its secrets", **one)
    call(f"GET {CLIENT}", "An unknown application", headers=session, clientId="clt0000000000000000")
    call(f"PUT {CLIENT}", "More scopes", body={**said, "scopes": ["table|create", "table|read"]}, **one)
    call(f"PUT {CLIENT}", "No redirect URI", body={**said, "redirectUris": []}, **one)
    call(f"DELETE {CLIENT}/secret/{{secretId}}", "Remove a secret", secretId=secret["id"], **one)
    call(f"DELETE {CLIENT}/secret/{{secretId}}", "Twice", secretId=secret["id"], **one)
    call(f"DELETE {CLIENT}", "Delete an application", **one)
    call(f"DELETE {CLIENT}", "Twice", **one)
    call(f"DELETE {CLIENT}", "Another", headers=session, clientId=second["clientId"])


def _tokens(call: Recorder, session: dict[str, str]) -> None:
    said = {"name": "nightly report", "scopes": ["table|read"], "expiredTime": "2099-12-31"}
    token = call(f"POST {TOKENS}", "For a program that reads", headers=session, body=said)
    call(f"POST {TOKENS}", "Without an end", headers=session, body={"name": "forever", "scopes": []})
    one = {"headers": session, "id": token["id"]}
    call(f"GET {TOKENS}", "One's own", headers=session)
    call(f"GET {TOKENS}", "By a token", headers={"Authorization": f"Bearer {token['token']}"})
    call(f"GET {TOKEN}", "One of them", **one)
    call(f"PUT {TOKEN}", "Another name", body={"name": "weekly report", "scopes": ["table|read"]}, **one)
    call(f"PUT {TOKEN}", "Without a name", body={"scopes": ["table|read"]}, **one)
    call(f"POST {TOKEN}/refresh", "A new value", body={"expiredTime": "2099-12-31"}, **one)
    call(f"POST {TOKEN}/refresh", "Without an end", body={}, **one)
    call(f"DELETE {TOKEN}", "End a token", **one)
    call(f"DELETE {TOKEN}", "Twice", **one)
    call(f"GET {TOKEN}", "One that has ended", **one)


def _protocol(call: Recorder, session: dict[str, str]) -> None:
    said = {
        "name": "Table reports",
        "homepage": "https://reports.example.com",
        "redirectUris": [CALLBACK],
        "scopes": ["table|read", "user|email_read", "user|notifications_send", "base|read_all"],
        "allowDeviceFlow": True,
    }
    client_id = call.http.post(CLIENTS, json=said, headers=session).json()["clientId"]
    secret = call.http.post(f"{CLIENTS}/{client_id}/secret", headers=session).json()["secret"]
    app = {"client_id": client_id, "client_secret": secret}
    tokens = _exchanged(call, session, app)
    _used(call, session, {"Authorization": f"Bearer {tokens['access_token']}"}, client_id)
    _devices(call, session, client_id)
    one = {"headers": session, "clientId": client_id}
    call(f"POST {CLIENT}/revoke-token", "What one allowed", **one)
    call(f"POST {CLIENT}/revoke-token", "Twice", **one)
    call(f"POST {CLIENT}/revoke-access", "From everybody", **one)
    unknown = {"headers": session, "clientId": "clt0000000000000000"}
    call(f"POST {CLIENT}/revoke-access", "An unknown application", **unknown)
    call.http.delete(f"{CLIENTS}/{client_id}", headers=session)


def _transaction(call: Recorder, session: dict[str, str], client_id: str) -> str:
    query = {"response_type": "code", "client_id": client_id}
    answer = call.http.get("/api/oauth/authorize", params=query, headers=session)
    return answer.headers["location"].partition("=")[2]


def _exchanged(call: Recorder, session: dict[str, str], app: dict[str, str]) -> dict[str, str]:
    transaction = _transaction(call, session, app["client_id"])
    look = "GET /api/oauth/decision/{transactionId}"
    call(look, "What is asked for", headers=session, transactionId=transaction)
    decided = call.http.post("/api/oauth/decision", data={"transaction_id": transaction}, headers=session)
    code = decided.headers["location"].partition("code=")[2]
    denied = _transaction(call, session, app["client_id"])
    deny = {"transaction_id": denied, "cancel": "Deny"}
    call("POST /api/oauth/decision", "No", headers=session, form=deny)
    call("POST /api/oauth/decision", "Twice", headers=session, form=deny)
    call(look, "One that was decided", headers=session, transactionId=denied)
    exchange = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **app}
    tokens = call(f"POST {ACCESS_TOKEN}", "For a code", form=exchange)
    call(f"POST {ACCESS_TOKEN}", "A code that is none", form={**exchange, "code": "0123456789abcdef"})
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **app}
    return call(f"POST {ACCESS_TOKEN}", "For a refresh token", body=refresh)


def _used(call: Recorder, session: dict[str, str], held: dict[str, str], client_id: str) -> None:
    call("GET /api/auth/user", "By a token", headers=held)
    call("GET /api/auth/user", "Without a credential")
    call("GET /api/auth/user/me", "One's own", headers=session)
    call("GET /api/auth/user/me", "By a token", headers=held)
    call("GET /api/base/access/all", "None here", headers=held)
    call("GET /api/base/access/all", "Without a credential")
    told = {"externalId": "nightly-2026-11-18", "text": "The report is ready.", "url": "https://reports.example.com/1"}
    call("POST /api/notifications", "Once", headers=held, body=told)
    call("POST /api/notifications", "Twice", headers=held, body=told)
    call("POST /api/notifications", "Elsewhere", headers=held, body={**told, "url": "https://elsewhere.example"})
    call("GET /api/oauth/client/authorized/list", "What one allowed", headers=session)
    call("GET /api/oauth/client/authorized/list", "By an application's token", headers=held)
    mute = f"PATCH {CLIENT}/authorized/notifications"
    call(mute, "Silence", headers=session, body={"muted": True}, clientId=client_id)
    call(mute, "Neither yes nor no", headers=session, body={"muted": "yes"}, clientId=client_id)
    call(f"GET {CLIENT}/revoke-token", "By a session", headers=session, clientId=client_id)
    call(f"GET {CLIENT}/revoke-token", "By the application", headers=held, clientId=client_id)


def _devices(call: Recorder, session: dict[str, str], client_id: str) -> None:
    begun = call("POST /api/oauth/device/code", "A device", form={"client_id": client_id, "scope": "table|read"})
    call("POST /api/oauth/device/code", "No string", body={"client_id": 7})
    look = "GET /api/oauth/device/{userCode}"
    call(look, "What it asks for", headers=session, userCode=begun["user_code"])
    call(look, "A code that is none", headers=session, userCode="BBBB-BBBB")
    decide = {"userCode": begun["user_code"], "approve": True}
    call("POST /api/oauth/device/decision", "Yes", headers=session, body=decide)
    call("POST /api/oauth/device/decision", "Twice", headers=session, body=decide)
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    polls = {"grant_type": grant, "device_code": begun["device_code"], "client_id": client_id}
    call(f"POST {ACCESS_TOKEN}", "For a device", form=polls)
