"""A client registers, reads, changes and deletes itself."""

from tests.examples.recorder import Recorder

REGISTER, CLIENT = "/oauth2/register", "/oauth2/register/{client_id}"


def record(call: Recorder) -> None:
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
