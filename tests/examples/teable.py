"""The Teable API: alice signs in, and manages applications and tokens of hers."""

from tests.examples.recorder import Recorder

CLIENTS, CLIENT = "/api/oauth/client", "/api/oauth/client/{clientId}"
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
