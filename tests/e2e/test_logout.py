"""A session that a command ends, and its application, told by the server that runs beside the command."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from click.testing import CliRunner
from joserfc import jwt
from joserfc.jwk import KeySet

from licet.cli import main
from tests.conformance.protocol import CALLBACK, CHALLENGE, VERIFIER, parts
from tests.e2e.receiver import answers, authority, receiver
from tests.e2e.server import Served, serve
from tests.e2e.test_standard_clients import allowed
from tests.e2e.test_webhooks import environment, parted, seen


def signed_in(served: Served, told_at: str) -> dict[str, Any]:
    """The claims of the ID Token of a new application that wants to be told."""
    metadata = {
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "none",
        "backchannel_logout_uri": told_at,
        "scope": "openid",
    }
    with served.client() as http:
        client_id = http.post("/oauth2/register", json=metadata).json()["client_id"]
        asked = {"client_id": client_id, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid"}
        challenged = {**asked, "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        back = allowed(served, f"/oauth2/authorize?{urlencode(challenged)}")
        (code,) = parse_qs(urlsplit(back).query)["code"]
        form = {**asked, "grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
        return parts(http.post("/oauth2/token", data=form).json()["id_token"])[1]


def keys(served: Served) -> KeySet:
    with served.client() as http:
        return KeySet.import_key_set(http.get("/oauth2/jwks").json())


@pytest.mark.rfc("OpenID Connect Back-Channel Logout", "2.5")
async def test_a_command_that_deactivates_a_person_is_heard_by_their_application(tmp_path: Path):
    trusted = authority(tmp_path)
    async with receiver(answers(b""), trusted.tls) as it:
        with serve(tmp_path, "", environment=environment(trusted, it.port)) as served:
            identity = await asyncio.to_thread(signed_in, served, f"https://localhost:{it.port}/out")
            command = ["user", "deactivate", "alice", "--yes", "--data", str(tmp_path)]
            ended = await asyncio.to_thread(CliRunner().invoke, main, command)
            assert ended.exit_code == 0, ended.output
            await seen(it)
            published = await asyncio.to_thread(keys, served)
    headers, body = parted(it.seen[0])
    assert it.seen[0].startswith(b"POST /out HTTP/1.1\r\n")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    claims = jwt.decode(parse_qs(body.decode())["logout_token"][0], published).claims
    assert {name: claims[name] for name in ("iss", "aud", "sub", "sid")} == {
        name: identity[name] for name in ("iss", "aud", "sub", "sid")
    }
