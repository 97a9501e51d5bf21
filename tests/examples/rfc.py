"""Clients register, read, change and delete themselves, and get, look at and give back tokens."""

from base64 import b64encode

from tests.examples.recorder import Recorder

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""RFC 7636 appendix B."""
REGISTER, CLIENT = "/oauth2/register", "/oauth2/register/{client_id}"


def record(call: Recorder) -> None:
    _registration(call)
    _tokens(call)
    _pushed(call)
    call("POST /oauth2/device_authorization", "Of nobody", form={"client_id": "nobody"})
    tv = {"client_name": "Television", "grant_types": [DEVICE_CODE, "refresh_token"]}
    made = call(f"POST {REGISTER}", "A television", body={**tv, "token_endpoint_auth_method": "none"})
    call("POST /oauth2/device_authorization", "A television", form={"client_id": made["client_id"], "scope": "openid"})
    call("GET /oauth2/jwks", "The keys")
    for document in ("oauth-authorization-server", "openid-configuration"):
        call(f"GET /.well-known/{document}", "The metadata")
    for method in ("GET", "POST"):
        call(f"{method} /oauth2/userinfo", "Without a token")


def _tokens(call: Recorder) -> None:
    machine = {"client_name": "Nightly report", "grant_types": ["client_credentials"], "scope": "read"}
    made = call(f"POST {REGISTER}", "A program of its own", body=machine)
    proof = b64encode(f"{made['client_id']}:{made['client_secret']}".encode()).decode()
    basic = {"Authorization": f"Basic {proof}"}
    wanted = {"grant_type": "client_credentials", "scope": "read"}
    token = call("POST /oauth2/token", "Client credentials", headers=basic, form=wanted)["access_token"]
    call("POST /oauth2/token", "A wrong secret", form={**wanted, "client_id": made["client_id"], "client_secret": "x"})
    for endpoint in ("introspect", "revoke"):
        call(f"POST /oauth2/{endpoint}", "A token of one's own", headers=basic, form={"token": token})
        call(f"POST /oauth2/{endpoint}", "By nobody", form={"token": token})


def _pushed(call: Recorder) -> None:
    notes = {"redirect_uris": ["http://127.0.0.1:8199/callback"], "token_endpoint_auth_method": "none"}
    made = call.http.post(REGISTER, json=notes).json()
    asked = {
        "client_id": made["client_id"],
        "response_type": "code",
        "redirect_uri": notes["redirect_uris"][0],
        "scope": "openid",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    call("POST /oauth2/par", "Ahead of the person", form=asked)
    call("POST /oauth2/par", "Without a challenge", form={**asked, "code_challenge": ""})


def _registration(call: Recorder) -> None:
    metadata = {"client_name": "Notes", "redirect_uris": ["http://127.0.0.1:8199/callback"]}
    public = {**metadata, "token_endpoint_auth_method": "none"}
    call(f"POST {REGISTER}", "A client with a secret", body={**metadata, "scope": "openid read"})
    made = call(f"POST {REGISTER}", "A client without a secret", body=public)
    call(f"POST {REGISTER}", "A redirect URI that is none", body={**public, "redirect_uris": ["notes"]})
    token = {"Authorization": f"Bearer {made['registration_access_token']}"}
    one = {"headers": token, "client_id": made["client_id"]}
    call(f"GET {CLIENT}", "As it is", **one)
    call(f"GET {CLIENT}", "Without its token", client_id=made["client_id"])
    changed = {**public, "client_id": made["client_id"], "client_name": "Notes, renamed"}
    call(f"PUT {CLIENT}", "Another name", body=changed, **one)
    call(f"PUT {CLIENT}", "Another client's id", body={**changed, "client_id": "another"}, **one)
    call(f"DELETE {CLIENT}", "Delete a client", **one)
    call(f"DELETE {CLIENT}", "Twice", **one)
