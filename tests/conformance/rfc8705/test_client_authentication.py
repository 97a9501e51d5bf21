"""A client proves itself by the certificate of its connection: by its subject, or by the certificate as a whole."""

import base64
from dataclasses import replace
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from licet.errors import Invalid
from tests.conformance.certificates import DN, SUBJECT, forwarded, issued
from tests.conformance.clients import ask, metadata_of
from tests.conformance.protocol import INTROSPECT, REVOKE, TOKEN, app, post, said

PROXY = {"trusted_proxies": ("127.0.0.1/32",), "client_certificate_header": "X-Client-Cert"}
pytestmark = pytest.mark.settings(**PROXY, client_certificate_verified_header="X-Client-Verify")

MACHINE = {"grant_type": "client_credentials"}
REFUSED = (401, "invalid_client")


async def machine(house, method="tls_client_auth", **settings):
    return replace(await app(house, token_endpoint_auth_method=method, **settings), secret=None)


async def prove(client, headers, **more):
    return await post(client.house, TOKEN, {**MACHINE, "client_id": client.client_id, **more}, headers)


@pytest.mark.rfc(8705, "2.1")
@pytest.mark.rfc(8705, "2.1.2")
@pytest.mark.parametrize(
    "settings",
    [
        {"tls_client_auth_subject_dn": DN},
        {"tls_client_auth_san_dns": "machine.acme.example"},
        {"tls_client_auth_san_uri": "spiffe://acme.example/machine"},
        {"tls_client_auth_san_ip": "2001:0db8:0::7"},
        {"tls_client_auth_san_email": "machine@acme.example"},
    ],
    ids=lambda settings: next(iter(settings)),
)
async def test_an_authority_vouches_for_the_registered_subject(house, settings):
    client, authority = await machine(house, **settings), issued(subject=SUBJECT[:1], names=(), authority=True)
    assert (await prove(client, forwarded(issued(authority)))).status_code == 200
    other = issued(
        authority, subject=(*SUBJECT[:3], (NameOID.COMMON_NAME, "other")), names=[x509.DNSName("other.example")]
    )
    assert said(await prove(client, forwarded(other))) == REFUSED
    assert said(await prove(client, forwarded(issued(), verified=False))) == REFUSED
    assert said(await prove(client, {})) == REFUSED


@pytest.mark.rfc(8705, "2.1.2")
@pytest.mark.parametrize(
    "subject",
    [
        SUBJECT[::-1],
        SUBJECT[1:],
        (*SUBJECT, (NameOID.COMMON_NAME, "machine")),
        (*SUBJECT[:3], (NameOID.COMMON_NAME, "machine,OU=Nightly")),
        (*SUBJECT[:3], (NameOID.COMMON_NAME, "Machine")),
        (*SUBJECT[:3], (NameOID.SURNAME, "machine")),
        (),
    ],
    ids=str,
)
async def test_a_subject_that_only_looks_alike_is_another(house, subject):
    client = await machine(house, tls_client_auth_subject_dn=DN)
    assert said(await prove(client, forwarded(issued(subject=subject)))) == REFUSED


async def test_a_subject_may_be_written_with_the_words_that_everybody_uses(house):
    client = await machine(house, tls_client_auth_subject_dn="emailAddress=machine@acme.example,CN=machine")
    subject = ((NameOID.COMMON_NAME, "machine"), (NameOID.EMAIL_ADDRESS, "machine@acme.example"))
    assert (await prove(client, forwarded(issued(subject=subject)))).status_code == 200


@pytest.mark.attack(109)
@pytest.mark.parametrize("version", [1, 5, 127])
async def test_a_certificate_of_no_known_version_cannot_be_read(house, version):
    client, own = await machine(house, tls_client_auth_subject_dn=DN), issued()
    at = own.der.index(bytes.fromhex("a003020102")) + 4
    other = quote(base64.b64encode(own.der[:at] + bytes([version]) + own.der[at + 1 :]), safe="")
    answer = await prove(client, {**forwarded(own), "x-client-cert": other})
    assert said(answer) == (400, "invalid_request")


@pytest.mark.parametrize("written", ["no name", "CN", "=", "CN=a,,", "CN=\\"])
async def test_a_subject_that_cannot_be_read_is_nobodys(house, written):
    client = await machine(house, tls_client_auth_subject_dn=written)
    assert said(await prove(client, forwarded(issued()))) == REFUSED


@pytest.mark.rfc(8705, "2.1.2")
@pytest.mark.parametrize(
    "settings", [{}, {"tls_client_auth_subject_dn": DN, "tls_client_auth_san_dns": "a.example"}], ids=len
)
async def test_exactly_one_subject_is_registered(house, settings):
    with pytest.raises(Invalid):
        await machine(house, **settings)


@pytest.mark.rfc(8705, "2.2")
@pytest.mark.parametrize("how", ["x5c", "x5t#S256"])
async def test_a_client_registers_its_own_certificate(house, how):
    own = issued()
    key = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}
    jwks = {"keys": [{**key, how: [own.base64] if how == "x5c" else own.thumbprint}]}
    client = await machine(house, "self_signed_tls_client_auth", jwks=jwks)
    assert (await prove(client, forwarded(own, verified=False))).status_code == 200
    # The same subject, and the same authority's blessing, are not the same certificate.
    for verified in (True, False):
        assert said(await prove(client, forwarded(issued(), verified=verified))) == REFUSED
    house.clock.pass_(days=1)
    assert said(await prove(client, forwarded(own))) == REFUSED


@pytest.mark.attack(73)
@pytest.mark.rfc(8705, "2.2.2")
async def test_a_certificate_that_took_the_place_of_another_at_the_clients_own_address_is_found_at_once(house):
    place, before, after = "https://machine.example/keys", issued(), issued()
    house.outside.serve(place, {"keys": [{"kty": "EC", "kid": "now", "x5c": [before.base64]}]})
    client = await machine(house, "self_signed_tls_client_auth", jwks_uri=place)
    assert (await prove(client, forwarded(before))).status_code == 200
    house.outside.serve(place, {"keys": [{"kty": "EC", "kid": "now", "x5c": [after.base64]}]})
    assert (await prove(client, forwarded(after))).status_code == 200
    assert said(await prove(client, forwarded(before))) == REFUSED
    for _ in range(3):
        assert said(await prove(client, forwarded(issued()))) == REFUSED
    assert [url for url, _ in house.outside.asked] == [place] * 2


@pytest.mark.rfc(8705, "2.2")
@pytest.mark.parametrize("chain", [[], ["!"], [7], "x", {"0": "x"}], ids=str)
async def test_a_registered_certificate_that_cannot_be_read_is_nobodys(house, chain):
    jwks = {"keys": [{"kty": "EC", "x5c": chain, "x5t#S256": 7}]}
    client = await machine(house, "self_signed_tls_client_auth", jwks=jwks)
    assert said(await prove(client, forwarded(issued()))) == REFUSED


async def test_a_client_with_its_own_certificate_has_registered_keys(house):
    with pytest.raises(Invalid):
        await machine(house, "self_signed_tls_client_auth")


@pytest.mark.rfc(8705, "2")
async def test_a_certificate_says_nothing_for_a_client_that_proves_itself_otherwise(house):
    own, secret, public = issued(), await app(house), await app(house, public=True)
    assert said(await prove(replace(secret, secret=None), forwarded(own))) == REFUSED
    assert (await post(house, TOKEN, MACHINE, {**secret.basic, **forwarded(own)})).status_code == 200
    assert (await prove(secret, forwarded(own), client_secret=secret.secret)).status_code == 200
    answer = await post(house, REVOKE, {"client_id": public.client_id, "token": "x"}, forwarded(own))
    assert answer.status_code == 200
    by_subject = await machine(house, tls_client_auth_subject_dn=DN)
    for method, headers in (("client_secret", {}), ("client_assertion", {})):
        assert said(await prove(by_subject, {**forwarded(own), **headers}, **{method: "x"}))[0] in {400, 401}


@pytest.mark.rfc(8705, "2")
async def test_a_certificate_proves_at_every_endpoint(house):
    client = await machine(house, tls_client_auth_subject_dn=DN)
    token = (await prove(client, forwarded(issued()))).json()["access_token"]
    form = {"client_id": client.client_id, "token": token}
    assert (await post(house, INTROSPECT, form, forwarded(issued()))).json()["active"]
    assert said(await post(house, INTROSPECT, form)) == REFUSED


@pytest.mark.attack(81)
@pytest.mark.rfc(8705, "6.5")
@pytest.mark.settings(
    **{**PROXY, "trusted_proxies": ("10.0.0.0/8",)}, client_certificate_verified_header="X-Client-Verify"
)
async def test_a_certificate_from_anybody_but_the_proxy_is_not_even_read(house):
    client = await machine(house, tls_client_auth_subject_dn=DN)
    own = await machine(house, "self_signed_tls_client_auth", jwks={"keys": [{"kty": "EC", "x5c": [issued().base64]}]})
    for each in (client, own):
        assert said(await prove(each, forwarded(issued()))) == REFUSED
    bearer = await app(house)
    for nonsense in ("x", "%", "-" * 9000):
        headers = {**bearer.basic, "x-client-cert": nonsense}
        assert (await post(house, TOKEN, MACHINE, headers)).status_code == 200


@pytest.mark.attack(81)
@pytest.mark.rfc(8705, "6.5")
async def test_two_certificate_headers_mean_that_the_proxy_lets_others_in(house):
    client = await machine(house, tls_client_auth_subject_dn=DN)
    one = forwarded(issued())
    twice = [
        *one.items(),
        ("x-client-cert", one["x-client-cert"]),
        ("content-type", "application/x-www-form-urlencoded"),
    ]
    body = f"grant_type=client_credentials&client_id={client.client_id}".encode()
    assert (await house.call("POST", TOKEN, content=body, headers=twice)).status_code == 400
    verified = [("x-client-verify", "SUCCESS"), *forwarded(issued(), verified=False).items(), twice[-1]]
    assert said(await house.call("POST", TOKEN, content=body, headers=verified)) == REFUSED


@pytest.mark.attack(81)
@pytest.mark.parametrize(
    "header", ["x", "%zz", "A" * 20_000 + "==", "-----BEGIN CERTIFICATE-----", "é", "AAAA"], ids=len
)
async def test_a_header_that_is_no_certificate_is_refused(house, header):
    client = await machine(house, tls_client_auth_subject_dn=DN)
    answer = await prove(client, {"x-client-cert": header.encode("latin-1"), "x-client-verify": "SUCCESS"})
    assert said(answer) in {(400, "invalid_request"), (431, "invalid_request")}


async def test_every_proxy_writes_the_same_certificate_its_own_way(house):
    client, own = await machine(house, tls_client_auth_subject_dn=DN), issued()
    for written in (own.base64, f":{own.base64}:", own.pem.replace("\n", " "), own.pem.replace("\n", "%0A")):
        headers = {"x-client-cert": written, "x-client-verify": "SUCCESS"}
        assert (await prove(client, headers)).status_code == 200, written
    # A proxy that leaves the header empty has seen none.
    assert said(await prove(client, {"x-client-cert": "", "x-client-verify": "NONE"})) == REFUSED


@pytest.mark.rfc(8705, "2.1.1")
@pytest.mark.rfc(8705, "2.2.1")
async def test_the_metadata_offers_what_the_proxy_makes_possible(house):
    document = (await house.call("GET", "/.well-known/oauth-authorization-server")).json()
    assert document["token_endpoint_auth_methods_supported"][-2:] == ["tls_client_auth", "self_signed_tls_client_auth"]
    assert document["tls_client_certificate_bound_access_tokens"] is True
    assert "mtls_endpoint_aliases" not in document


@pytest.mark.settings(**PROXY)
async def test_without_a_word_on_chains_no_authority_vouches_for_anybody(house):
    document = (await house.call("GET", "/.well-known/oauth-authorization-server")).json()
    assert "tls_client_auth" not in document["token_endpoint_auth_methods_supported"]
    client = await machine(house, tls_client_auth_subject_dn=DN)
    assert said(await prove(client, forwarded(issued()))) == REFUSED


@pytest.mark.settings
async def test_without_a_proxy_no_certificate_is_spoken_of(house):
    document = (await house.call("GET", "/.well-known/oauth-authorization-server")).json()
    assert not {"tls_client_auth", "self_signed_tls_client_auth"} & {*document["token_endpoint_auth_methods_supported"]}
    assert "tls_client_certificate_bound_access_tokens" not in document
    metadata = {
        "client_name": "M",
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "tls_client_auth",
    }
    answer = await ask(house, {**metadata, "tls_client_auth_subject_dn": DN})
    assert said(answer) == (400, "invalid_client_metadata")


@pytest.mark.settings(**PROXY, mtls_origin="https://mtls.example")
@pytest.mark.rfc(8705, "5")
async def test_where_clients_are_asked_for_certificates_may_be_another_place(house):
    document = (await house.call("GET", "/.well-known/oauth-authorization-server")).json()
    assert document["mtls_endpoint_aliases"] == {
        "token_endpoint": "https://mtls.example/oauth2/token",
        "introspection_endpoint": "https://mtls.example/oauth2/introspect",
        "revocation_endpoint": "https://mtls.example/oauth2/revoke",
        "userinfo_endpoint": "https://mtls.example/oauth2/userinfo",
        "device_authorization_endpoint": "https://mtls.example/oauth2/device_authorization",
        "pushed_authorization_request_endpoint": "https://mtls.example/oauth2/par",
    }
    secret = await app(house)
    answer = await post(house, TOKEN, MACHINE, {**secret.basic, "host": "mtls.example"})
    assert answer.status_code == 200


@pytest.mark.rfc(8705, "2.1.2")
@pytest.mark.rfc(8705, "3.4")
async def test_a_client_registers_by_itself_what_its_certificate_says(house):
    metadata = {
        "client_name": "Machine",
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "tls_client_auth",
        "tls_client_auth_san_dns": "machine.acme.example",
        "tls_client_certificate_bound_access_tokens": True,
    }
    answer = await ask(house, metadata)
    assert answer.status_code == 201, answer.text
    assert "client_secret" not in answer.json()
    assert metadata.items() <= metadata_of(answer).items()
    form = {**MACHINE, "client_id": answer.json()["client_id"]}
    assert (await post(house, TOKEN, form, forwarded(issued()))).status_code == 200
