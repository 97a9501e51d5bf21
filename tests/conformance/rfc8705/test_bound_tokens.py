"""A token may be bound to the certificate of whoever got it; it opens nothing on another connection."""

from dataclasses import replace

import pytest

from licet.errors import Invalid
from tests.conformance.certificates import DN, forwarded, issued
from tests.conformance.holding import Key, ask, redeem, refresh
from tests.conformance.protocol import USERINFO, app, bearer, parts, post, said

pytestmark = pytest.mark.settings(
    trusted_proxies=("127.0.0.1/32",),
    client_certificate_header="X-Client-Cert",
    client_certificate_verified_header="X-Client-Verify",
)

MACHINE = {"grant_type": "client_credentials"}
BOUND = {"tls_client_certificate_bound_access_tokens": True}


@pytest.mark.rfc(8705, "3")
@pytest.mark.rfc(8705, "3.1")
@pytest.mark.rfc(8705, "3.2")
@pytest.mark.parametrize("form", ["jwt", "opaque"])
async def test_a_token_is_bound_to_the_certificate_and_introspection_tells_it(house, form):
    own, client = issued(), await app(house, access_token_format=form, **BOUND)
    answer = await ask(client, forwarded(own), **MACHINE)
    # RFC 8705 §3: it is still presented as a bearer's.
    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
    told = await client.introspect(answer.json()["access_token"])
    assert (told["token_type"], told["cnf"]) == ("Bearer", {"x5t#S256": own.thumbprint})
    if form == "jwt":
        assert parts(answer.json()["access_token"])[1]["cnf"] == {"x5t#S256": own.thumbprint}


@pytest.mark.rfc(8705, "3")
@pytest.mark.parametrize("form", ["jwt", "opaque"])
async def test_a_bound_token_opens_userinfo_on_its_own_connection_alone(house, form):
    own, client = issued(), await app(house, access_token_format=form, **BOUND)
    token = (await redeem(client, await client.code(scope="openid"), forwarded(own))).json()["access_token"]
    assert (await house.call("GET", USERINFO, headers={**bearer(token), **forwarded(own)})).status_code == 200
    assert (await post(house, USERINFO, {"access_token": token}, forwarded(own))).status_code == 200
    for headers in ({}, forwarded(issued()), Key().proof(house, USERINFO, "GET")):
        answer = await house.call("GET", USERINFO, headers={**bearer(token), **headers})
        assert said(answer) == (401, "invalid_token")
        assert answer.headers["www-authenticate"] == 'Bearer realm="userinfo", error="invalid_token"'
    with_proof = {**Key().presented(house, token, USERINFO), **forwarded(own)}
    assert said(await house.call("GET", USERINFO, headers=with_proof)) == (401, "invalid_token")


@pytest.mark.attack(79)
@pytest.mark.rfc(8705, "4")
@pytest.mark.rfc(8705, "7.1")
async def test_the_refresh_token_of_a_public_client_is_its_certificates(house):
    own, client = issued(), await app(house, public=True, **BOUND)
    tokens = (await redeem(client, await client.code(), forwarded(own))).json()
    assert said(await refresh(client, tokens["refresh_token"], forwarded(issued()))) == (400, "invalid_grant")
    assert said(await refresh(client, tokens["refresh_token"], {})) == (400, "invalid_request")
    answer = await refresh(client, tokens["refresh_token"], forwarded(own))
    assert parts(answer.json()["access_token"])[1]["cnf"] == {"x5t#S256": own.thumbprint}


@pytest.mark.rfc(8705, "7.1")
async def test_a_client_that_proved_itself_may_refresh_with_a_renewed_certificate(house):
    client = replace(
        await app(house, token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn=DN, **BOUND),
        secret=None,
    )
    first, next_ = issued(), issued()
    tokens = (await redeem(client, await client.code(), forwarded(first))).json()
    tokens = (await refresh(client, tokens["refresh_token"], forwarded(next_))).json()
    assert parts(tokens["access_token"])[1]["cnf"] == {"x5t#S256": next_.thumbprint}


@pytest.mark.rfc(8705, "3.4")
async def test_an_application_with_bound_tokens_gets_none_without_a_certificate(house):
    client = await app(house, **BOUND)
    code = await client.code()
    assert said(await redeem(client, code, {})) == (400, "invalid_request")
    assert said(await redeem(client, code, {**forwarded(issued()), **Key().proof(house)})) == (400, "invalid_request")
    assert (await redeem(client, code, forwarded(issued()))).status_code == 200


async def test_a_certificate_binds_nothing_that_nobody_asked_to_bind(house):
    client = await app(house)
    answer = await ask(client, forwarded(issued()), **MACHINE)
    assert "cnf" not in parts(answer.json()["access_token"])[1]


async def test_a_client_with_a_certificate_may_bind_its_tokens_to_another_key(house):
    key, client = Key(), await app(house, token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn=DN)
    answer = await ask(replace(client, secret=None), {**forwarded(issued()), **key.proof(house)}, **MACHINE)
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")
    assert parts(answer.json()["access_token"])[1]["cnf"] == {"jkt": key.thumbprint}


async def test_tokens_are_bound_to_one_thing(house):
    with pytest.raises(Invalid):
        await app(house, dpop_bound_access_tokens=True, **BOUND)
