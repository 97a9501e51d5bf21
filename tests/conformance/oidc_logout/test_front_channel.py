"""Front-channel logout: the signed-out page loads what its applications want loaded, and nothing else."""

import re
from urllib.parse import urlencode

import pytest

from licet.errors import Invalid
from tests.conformance.oidc_logout.test_back_channel import LOGOUT, sign_out, signed_in
from tests.conformance.protocol import app, parts

FRAME = "https://app.example/front?from=licet"
BYE = "https://app.example/bye"


def framed(page):
    return re.findall(r'<iframe src="([^"]*)"', page.text)


def frame_policy(page):
    policy = page.headers["content-security-policy"].split("; ")
    return [rule for rule in policy if rule.startswith("frame-src")]


@pytest.mark.rfc("OpenID Connect Front-Channel Logout", "2")
async def test_the_signed_out_page_loads_the_application_with_issuer_and_session(someone, house):
    client = await app(house, frontchannel_logout_uri=FRAME, frontchannel_logout_session_required=True)
    tokens = await signed_in(someone, client)
    page = await sign_out(someone, tokens)
    said = urlencode({"iss": "http://127.0.0.1:8000", "sid": parts(tokens["id_token"])[1]["sid"]})
    assert (page.status_code, framed(page)) == (200, [f"{FRAME}&{said}".replace("&", "&amp;")])
    assert frame_policy(page) == ["frame-src https://app.example"]
    assert "licet_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax" in page.headers["set-cookie"]


@pytest.mark.rfc("OpenID Connect Front-Channel Logout", "2")
async def test_who_does_not_ask_for_the_session_is_not_told_it(someone, house):
    client = await app(house, frontchannel_logout_uri=FRAME)
    page = await sign_out(someone, await signed_in(someone, client))
    assert framed(page) == [FRAME]


async def test_every_origin_is_named_and_no_other(someone, house):
    one = await app(house, frontchannel_logout_uri=FRAME)
    other = "https://other.example:8443/cb"
    two = await app(
        house,
        redirect_uris=("https://app.example/cb", other),
        frontchannel_logout_uri="https://other.example:8443/front",
    )
    await signed_in(someone, two)
    page = await sign_out(someone, await signed_in(someone, one))
    assert sorted(framed(page)) == [FRAME, "https://other.example:8443/front"]
    assert set(frame_policy(page)[0].split()) == {"frame-src", "https://app.example", "https://other.example:8443"}


async def test_the_page_leads_on_where_the_application_wanted(someone, house):
    client = await app(house, frontchannel_logout_uri=FRAME, post_logout_redirect_uris=(BYE,))
    tokens = await signed_in(someone, client)
    said = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, "state": "s"}
    page = await someone.visit(f"{LOGOUT}?{urlencode(said)}")
    assert f'<meta http-equiv="refresh" content="3;url={BYE}?state=s">' in page.text
    assert f'<a href="{BYE}?state=s">' in page.text


async def test_without_such_an_application_nothing_is_loaded(someone, house, web):
    page = await sign_out(someone, await signed_in(someone, web))
    assert (framed(page), frame_policy(page)) == ([], [])


@pytest.mark.rfc("OpenID Connect Front-Channel Logout", "2")
@pytest.mark.parametrize(
    "uri", ["https://evil.example/front", "http://app.example/front", "https://app.example:8443/f"]
)
async def test_the_address_is_on_the_origin_of_a_redirect_uri(house, uri):
    with pytest.raises(Invalid) as refused:
        await app(house, frontchannel_logout_uri=uri)
    assert [fault.path for fault in refused.value.faults] == [("frontchannel_logout_uri",)]


@pytest.mark.rfc("OpenID Connect Back-Channel Logout", "2.2")
@pytest.mark.rfc("OpenID Connect Front-Channel Logout", "2")
@pytest.mark.parametrize("name", ["backchannel_logout_uri", "frontchannel_logout_uri"])
@pytest.mark.parametrize("uri", [f"{FRAME}#there", f"{FRAME}#", f"{FRAME}?a=b#"])
async def test_an_address_to_be_told_at_has_no_fragment(house, name, uri):
    with pytest.raises(Invalid) as refused:
        await app(house, **{name: uri})
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [((name,), "bad_uri")]
