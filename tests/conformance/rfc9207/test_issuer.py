"""The issuer stands in every answer, so that nobody mistakes whose it is."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.conformance.person import Document, asking, told

ISSUER = "http://127.0.0.1:8000"


@pytest.mark.attack(18)
@pytest.mark.rfc(9207, "2")
async def test_a_success_names_the_issuer(someone, web):
    assert (await someone.allowed(web))["iss"] == ISSUER
    assert told(await someone.get(asking(web)))["iss"] == ISSUER


@pytest.mark.attack(18)
@pytest.mark.rfc(9207, "2")
@pytest.mark.parametrize(
    "wrong",
    [{"response_type": "token"}, {"scope": "mcp"}, {"prompt": "none"}, {"resource": "https://x.example"}],
)
async def test_an_error_names_the_issuer(someone, web, wrong):
    answered = told(await someone.get(asking(web, **wrong)))
    assert "error" in answered
    assert answered["iss"] == ISSUER


@pytest.mark.attack(18)
@pytest.mark.rfc(9207, "2")
async def test_every_response_mode_names_the_issuer(someone, web):
    fragment = await someone.get(asking(web, response_mode="fragment", prompt="none"))
    assert dict(parse_qsl(urlsplit(fragment.headers["location"]).fragment))["iss"] == ISSUER
    posted = await someone.get(asking(web, response_mode="form_post", prompt="none"))
    assert Document(posted.text).forms[0].fields["iss"] == ISSUER


@pytest.mark.attack(19)
@pytest.mark.rfc(9207, "2")
async def test_the_issuer_is_a_setting_and_no_header_changes_it(someone, web):
    asked = asking(web, prompt="none")
    forged = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "forwarded": "host=evil.example"}
    assert told(await someone.get(asked, **forged))["iss"] == ISSUER
    assert told(await someone.get(asked, host="localhost:8000"))["iss"] == ISSUER
    assert (await someone.get(asked, host="evil.example")).status_code == 421
