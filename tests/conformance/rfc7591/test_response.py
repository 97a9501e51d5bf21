"""What a registration answers, and what it writes."""

import re

import pytest

from tests.conformance.clients import CALLBACK, MACHINE, WEB, ask, register

RANDOM = {
    "client_id": r"[0-9a-z]{24}",
    "client_secret": r"licet_cs_[0-9A-Za-z_-]{43}",
    "registration_access_token": r"licet_reg_[0-9A-Za-z_-]{43}",
}


@pytest.mark.rfc(7591, "3.2.1")
async def test_the_answer_is_201_with_everything_that_was_registered(house):
    answer = await ask(house, WEB)
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    information = answer.json()
    for name, form in RANDOM.items():
        assert re.fullmatch(form, information[name]), name
    assert information == {
        "client_id": information["client_id"],
        "client_id_issued_at": 1_795_000_000,
        "client_secret": information["client_secret"],
        "client_secret_expires_at": 0,
        "registration_access_token": information["registration_access_token"],
        "registration_client_uri": f"http://127.0.0.1:8000/oauth2/register/{information['client_id']}",
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "client_name": "Web",
        "scope": "openid profile email offline_access mcp read write",
        "application_type": "web",
        "id_token_signed_response_alg": "RS256",
        "subject_type": "public",
    }


@pytest.mark.rfc(7591, "3.2.1")
async def test_every_member_of_the_metadata_is_echoed(house):
    keys = {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}
    metadata = {
        "redirect_uris": [CALLBACK, "http://127.0.0.1:8199/cb", "com.example.app:/cb"],
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "client_name": "Café ☕",
        "client_uri": "http://app.example",
        "logo_uri": "https://app.example/logo.png",
        "scope": "read openid",
        "contacts": ["ops@app.example", "+44 20 7946 0000"],
        "tos_uri": "https://app.example/tos",
        "policy_uri": "https://app.example/privacy",
        "jwks": keys,
        "software_id": "4NRB1-0XZABZI9E6-5SM3R",
        "software_version": "2.1",
        "application_type": "native",
        "id_token_signed_response_alg": "RS256",
    }
    answer = await ask(house, metadata)
    assert answer.status_code == 201
    assert {name: answer.json().get(name) for name in metadata} == metadata


@pytest.mark.rfc(7591, "3.2.1")
async def test_a_public_client_gets_no_secret(house):
    client = await register(house, token_endpoint_auth_method="none")
    assert "client_secret" not in client.information
    assert "client_secret_expires_at" not in client.information
    assert list(await house.store.secrets.of((await client.stored()).id)) == []


@pytest.mark.rfc(7591, "5")
async def test_of_the_secret_and_the_token_only_digests_are_kept(house):
    client = await register(house)
    stored = await client.stored()
    (secret,) = await house.store.secrets.of(stored.id)
    assert secret.sealed is None
    assert len(secret.digest) == len(await house.store.applications.registration_digest(stored.id)) == 32


@pytest.mark.rfc(7591, "3")
async def test_what_anybody_registers_belongs_to_the_instance(house):
    stored = await (await register(house)).stored()
    assert stored.organization_id == house.organizations["instance"]
    assert stored.created_by is None
    assert (stored.surface, stored.protocols, stored.version) == ("rfc", ("native",), 1)
    (revision,) = await house.store.applications.revisions(stored.id, before=None, limit=10)
    assert (revision.action, revision.actor_name, revision.surface) == ("application.created", "registration", "rfc")


@pytest.mark.rfc(7591, "3.2.1")
async def test_the_client_cannot_choose_what_the_server_issues(house):
    chosen = {
        "client_id": "chosen",
        "client_secret": "chosen",
        "client_id_issued_at": 1,
        "registration_access_token": "chosen",
        "registration_client_uri": "https://evil.example",
    }
    information = (await register(house, **chosen)).information
    assert all(information[name] != value for name, value in chosen.items())


@pytest.mark.rfc(7591, "2")
async def test_defaults_are_the_rfcs(house):
    information = (await register(house, {"redirect_uris": [CALLBACK]})).information
    assert information["grant_types"] == ["authorization_code"]
    assert information["response_types"] == ["code"]
    assert information["token_endpoint_auth_method"] == "client_secret_basic"
    assert "client_name" not in information


@pytest.mark.rfc(7591, "2.1")
async def test_response_types_follow_from_the_grant_types(house):
    information = (await register(house, MACHINE)).information
    assert information["response_types"] == []
    assert information["redirect_uris"] == []


@pytest.mark.rfc(7591, "2")
async def test_what_is_not_understood_is_ignored(house):
    metadata = {"initiate_login_uri": CALLBACK, "skip_consent": True, "x": {"y": [1]}}
    information = (await register(house, **metadata)).information
    assert metadata.keys().isdisjoint(information)


@pytest.mark.rfc(7591, "2.2")
async def test_names_in_other_languages_are_ignored(house):
    information = (await register(house, **{"client_name#ja-Jpan-JP": "クライアント名"})).information
    assert information["client_name"] == "Web"
    assert "client_name#ja-Jpan-JP" not in information


@pytest.mark.rfc(7591, "2")
@pytest.mark.parametrize("empty", [None, ""])
async def test_null_and_empty_are_left_out(house, empty):
    names = ("client_name", "client_uri", "logo_uri", "scope", "jwks_uri", "token_endpoint_auth_method")
    information = (await register(house, dict.fromkeys(names, empty), redirect_uris=[CALLBACK])).information
    assert information["token_endpoint_auth_method"] == "client_secret_basic"
    assert information["scope"] == "openid profile email offline_access mcp read write"
    assert {"client_name", "client_uri", "logo_uri", "jwks_uri"}.isdisjoint(information)


async def test_ten_registrations_are_ten_clients(house):
    assert len({(await register(house)).client_id for _ in range(10)}) == 10
