"""Programs on a device: any port of loopback, and schemes that nobody owns."""

import pytest

from tests.conformance.person import asking, told
from tests.conformance.protocol import app


@pytest.mark.attack(5, 6)
@pytest.mark.rfc(8252, "7.3")
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
async def test_on_loopback_the_port_is_free(someone, house, host):
    one = await app(house, public=True, redirect_uris=(f"http://{host}:1234/cb",))
    for port in (":5", ":65535", ""):
        uri = f"http://{host}{port}/cb"
        answer = await someone.get(asking(one, redirect_uri=uri, prompt="none"))
        assert answer.headers["location"].startswith(f"{uri}?error=login_required&")


@pytest.mark.rfc(8252, "7.3")
async def test_a_code_is_redeemed_with_the_port_that_was_asked_for(someone, house):
    one = await app(house, public=True, redirect_uris=("http://127.0.0.1/cb",))
    uri = "http://127.0.0.1:50123/cb"
    code = (await someone.allowed(one, redirect_uri=uri))["code"]
    assert (await one.redeem(code, redirect_uri=uri)).status_code == 200


@pytest.mark.attack(11)
@pytest.mark.rfc(8252, "8.6")
@pytest.mark.parametrize("uri", ["com.example.app:/cb", "cursor://anysphere/cb"])
async def test_a_scheme_of_their_own_always_asks_the_person(someone, house, uri):
    one = await app(house, public=True, redirect_uris=(uri,))
    assert "code" in await someone.allowed(one, redirect_uri=uri)
    page = await someone.visit(asking(one, redirect_uri=uri))
    assert page.url.path == "/consent"
    assert f"an app on this device ({uri.partition(':')[0]})" in page.text
    answer = await someone.get(asking(one, redirect_uri=uri, prompt="none"))
    assert told(answer)["error"] == "consent_required"


@pytest.mark.rfc(8252, "8.6")
async def test_who_lives_on_loopback_alone_is_told_so(someone, house):
    for uris, warned in (
        (("http://127.0.0.1/cb",), True),
        (("http://127.0.0.1/cb", "com.example.app:/cb"), True),
        (("http://127.0.0.1/cb", "https://app.example/cb"), False),
    ):
        one = await app(house, public=True, redirect_uris=uris)
        page = await someone.visit(asking(one, redirect_uri=uris[0]))
        if page.url.path == "/login":
            page = await someone.sign_in(page)
        assert ("any program on it could pose as it" in page.text) == warned


@pytest.mark.rfc(8252, "7.1")
@pytest.mark.parametrize(
    ("uri", "named"),
    [
        ("https://app.example/cb", "https://app.example"),
        ("https://app.example:8443/cb?x=1", "https://app.example:8443"),
        ("http://127.0.0.1:5000/cb", "http://127.0.0.1:5000"),
        ("http://localhost/cb", "http://localhost"),
        # No policy can name these hosts: the scheme alone.
        ("http://[::1]:5000/cb", "http:"),
        ("https://192.0.2.1/cb", "https:"),
        ("https://under_score.example/cb", "https:"),
        ("com.example.app:/cb", "com.example.app:"),
    ],
)
async def test_the_policy_of_a_page_names_where_its_form_may_end(someone, house, uri, named):
    one = await app(house, public=True, redirect_uris=(uri,))
    page = await someone.visit(asking(one, redirect_uri=uri))
    assert f"form-action 'self' {named};" in page.headers["content-security-policy"]
    page = await someone.sign_in(page)
    assert f"form-action 'self' {named};" in page.headers["content-security-policy"]
