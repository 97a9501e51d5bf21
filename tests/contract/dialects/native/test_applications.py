"""Applications: registered, read, updated and deleted, as the whole documents that callers see."""

import re

import pytest

from licet.domain.application import SETTINGS
from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import COLLECTION, faults, patch, path, problem, register, token


def ledger(house: House, client_id: str, created_by: str) -> dict[str, object]:
    """What an application looks like of which nothing but the name was said."""
    return {
        "client_id": client_id,
        "client_name": "Ledger",
        "description": None,
        "enabled": True,
        "organization_id": house.organizations["acme"],
        "created_by": created_by,
        "surface": "native",
        "protocols": ["native"],
        "redirect_uris": [],
        "scope": None,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "application_type": "web",
        "require_pkce": True,
        "token_endpoint_auth_signing_alg": None,
        "strict_assertion_audience": False,
        "client_uri": None,
        "logo_uri": None,
        "contacts": [],
        "tos_uri": None,
        "policy_uri": None,
        "jwks_uri": None,
        "jwks": None,
        "software_id": None,
        "software_version": None,
        "client_secret_retrievable": False,
        "access_token_format": "jwt",
        "access_token_signed_response_alg": "ES256",
        "id_token_signed_response_alg": "ES256",
        "access_token_lifetime": None,
        "id_token_lifetime": None,
        "refresh_token_idle_lifetime": None,
        "refresh_token_lifetime": None,
        "refresh_grace_seconds": 0,
        "default_resource": None,
        "allowed_cors_origins": [],
        "post_logout_redirect_uris": [],
        "dpop_bound_access_tokens": False,
        "tls_client_certificate_bound_access_tokens": False,
        "tls_client_auth_subject_dn": None,
        "tls_client_auth_san_dns": None,
        "tls_client_auth_san_uri": None,
        "tls_client_auth_san_ip": None,
        "tls_client_auth_san_email": None,
        "profile": None,
        "require_pushed_authorization_requests": False,
        "require_signed_request_object": False,
        "request_object_signing_alg": None,
        "authorization_signed_response_alg": None,
        "authorization_details_types": [],
        "subject_type": "public",
        "sector_identifier_uri": None,
        "id_token_encrypted_response_alg": None,
        "id_token_encrypted_response_enc": None,
        "userinfo_signed_response_alg": None,
        "introspection_signed_response_alg": None,
        "backchannel_logout_uri": None,
        "backchannel_logout_session_required": False,
        "frontchannel_logout_uri": None,
        "frontchannel_logout_session_required": False,
        "insecure": False,
        "version": 1,
        "created_at": "2026-11-18T11:06:40.000Z",
        "updated_at": "2026-11-18T11:06:40.000Z",
        "last_used_at": None,
    }


EVERYTHING = {
    "client_name": "Ledger, second edition",
    "description": "Books\nand figures",
    "enabled": False,
    "protocols": ["native", "teable"],
    "redirect_uris": ["https://ledger.example/cb", "http://127.0.0.1/cb", "com.example.ledger:/cb"],
    "scope": "openid profile mcp",
    "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "client_secret_post",
    "application_type": "native",
    "require_pkce": False,
    "client_uri": "https://ledger.example/",
    "logo_uri": "https://ledger.example/logo.png",
    "contacts": ["books@ledger.example", "+44 20 0000 0000"],
    "tos_uri": "https://ledger.example/terms",
    "policy_uri": "http://ledger.example/privacy",
    "jwks_uri": "https://ledger.example/keys",
    "software_id": "ledger",
    "software_version": "2.0",
    "client_secret_retrievable": True,
    "access_token_format": "opaque",
    "access_token_signed_response_alg": "RS256",
    "id_token_signed_response_alg": "RS256",
    "access_token_lifetime": 600,
    "id_token_lifetime": 300,
    "refresh_token_idle_lifetime": 86_400,
    "refresh_token_lifetime": 864_000,
    "refresh_grace_seconds": 10,
    "default_resource": "http://127.0.0.1:8471/mcp",
    "allowed_cors_origins": ["https://ledger.example"],
    "post_logout_redirect_uris": ["https://ledger.example/bye"],
    "profile": "oidc-basic",
    "require_pushed_authorization_requests": True,
    "require_signed_request_object": True,
    "request_object_signing_alg": "PS256",
    "authorization_signed_response_alg": "EdDSA",
    "authorization_details_types": ["payment"],
    "token_endpoint_auth_signing_alg": "HS256",
    "strict_assertion_audience": True,
    "id_token_encrypted_response_alg": "ECDH-ES",
    "id_token_encrypted_response_enc": "A256GCM",
    "userinfo_signed_response_alg": "ES256",
    "introspection_signed_response_alg": "PS256",
    "backchannel_logout_uri": "https://ledger.example/out",
    "backchannel_logout_session_required": True,
    "frontchannel_logout_uri": "https://ledger.example/gone",
    "frontchannel_logout_session_required": True,
    "dpop_bound_access_tokens": True,
    "tls_client_auth_san_dns": "ledger.example",
}


async def test_a_name_is_enough_to_register(house: House):
    alice = await house.user("alice")
    answer = await house.call(
        "POST",
        COLLECTION,
        headers=await house.bearer("alice"),
        json={"client_name": "Ledger", "organization_id": house.organizations["acme"]},
    )
    assert answer.status_code == 201
    document = answer.json()
    assert re.fullmatch(r"[0-9a-z]{24}", document["client_id"])
    assert re.fullmatch(r"licet_cs_[A-Za-z0-9_-]{43}", document.pop("client_secret"))
    assert document == ledger(house, document["client_id"], alice.id)
    assert answer.headers["location"] == f"/api/applications/{document['client_id']}"
    assert document["client_id"] not in answer.headers["etag"]


async def test_the_secret_is_in_no_later_answer(house: House):
    application = await register(house)
    secret = application["client_secret"]
    for where in (path(application), path(application, "secrets"), path(application, "revisions"), COLLECTION):
        answer = await house.call("GET", where, headers=await house.bearer("alice"))
        assert answer.status_code == 200
        assert secret not in answer.text


async def test_an_application_is_read_as_it_was_registered(house: House):
    application = await register(house)
    del application["client_secret"]
    answer = await house.call("GET", path(application), headers=await house.bearer("carol"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == application
    assert list(answer.json()) == list(ledger(house, "", ""))


async def test_everything_can_be_said_at_registration_and_by_an_update(house: House):
    registered = await register(house, **EVERYTHING)
    later = await register(house)
    house.clock.pass_(seconds=1.5)
    updated = (await patch(house, later, **EVERYTHING)).json()
    for name, value in EVERYTHING.items():
        assert (name, registered[name], updated[name]) == (name, value, value)
    assert (updated["version"], updated["created_at"], updated["updated_at"]) == (
        2,
        "2026-11-18T11:06:40.000Z",
        "2026-11-18T11:06:41.500Z",
    )


async def test_an_absent_key_keeps_and_null_takes_the_default_again(house: House):
    application = await register(house, **EVERYTHING)
    assert (await patch(house, application, description="Books")).json()["scope"] == "openid profile mcp"
    cleared = dict.fromkeys(EVERYTHING.keys() - {"client_name", "protocols"})
    answer = await patch(house, application, **cleared)
    assert answer.status_code == 200
    alice = await house.user("alice")
    blank = ledger(house, application["client_id"], alice.id)
    assert answer.json() == {
        **blank,
        "client_name": "Ledger, second edition",
        "protocols": ["native", "teable"],
        "version": 3,
    }


async def test_every_setting_of_an_application_has_its_key(house: House):
    assert set(SETTINGS) <= set(ledger(house, "", ""))


async def test_settings_without_a_default_are_never_null(house: House):
    application = await register(house)
    answer = await patch(house, application, client_name=None, organization_id=None, protocols=None)
    assert faults(answer) == [("/client_name", "null"), ("/organization_id", "null"), ("/protocols", "null")]


async def test_what_was_shown_may_be_sent_back_whole_and_changes_nothing(house: House):
    application = await register(house, **EVERYTHING)
    read = await house.call("GET", path(application), headers=await house.bearer("alice"))
    house.clock.pass_(seconds=60)
    answer = await patch(house, application, **read.json())
    assert (answer.status_code, answer.content) == (200, read.content)
    assert answer.headers["etag"] == read.headers["etag"]
    revisions = await house.call("GET", path(application, "revisions"), headers=await house.bearer("alice"))
    assert len(revisions.json()["items"]) == 1


async def test_what_nobody_sets_is_refused_unless_it_is_echoed(house: House):
    application = await register(house)
    answer = await patch(house, application, client_id="another", version=1, insecure=True, created_at=None)
    assert faults(answer) == [("/client_id", "immutable"), ("/insecure", "immutable"), ("/created_at", "immutable")]
    sent = {"client_name": "Ledger", "client_id": "mine"}
    answer = await house.call("POST", COLLECTION, headers=await house.bearer("alice"), json=sent)
    assert faults(answer) == [("/client_id", "immutable")]


async def test_a_public_application_gets_no_secret(house: House):
    application = await register(house, token_endpoint_auth_method="none")
    assert "client_secret" not in application
    listed = await house.call("GET", path(application, "secrets"), headers=await house.bearer("alice"))
    assert listed.json() == {"items": []}
    answer = await patch(house, application, require_pkce=False)
    assert faults(answer) == [("/require_pkce", "bad_value")]


async def test_an_application_goes_to_the_only_team_that_its_maker_manages(house: House):
    answer = await house.call("POST", COLLECTION, headers=await house.bearer("mallory"), json={"client_name": "Mine"})
    assert answer.json()["organization_id"] == house.organizations["other"]
    # bob manages no team, only what is his own.
    bob = await house.user("bob")
    answer = await house.call("POST", COLLECTION, headers=await house.bearer("bob"), json={"client_name": "Mine"})
    assert answer.json()["organization_id"] == bob.organization_id


async def test_who_manages_several_teams_names_one(house: House):
    headers = await house.bearer("alice")
    made = await house.call(
        "POST", "/api/manage/organizations", headers=headers, json={"name": "Second", "slug": "second"}
    )
    assert made.status_code == 201
    answer = await house.call("POST", COLLECTION, headers=headers, json={"client_name": "Mine"})
    assert faults(answer) == [("/organization_id", "absent")]


@pytest.mark.parametrize("who", ["alice", "admin"])
async def test_nothing_is_registered_with_or_moved_to_an_organization_that_is_not_there(house: House, who: str):
    headers = await house.bearer(who)
    sent = {"client_name": "Lost", "organization_id": "f" * 24}
    answer = await house.call("POST", COLLECTION, headers=headers, json=sent)
    assert faults(answer) == [("/organization_id", "bad_choice")]
    application = await register(house)
    assert faults(await patch(house, application, who, organization_id="f" * 24)) == [
        ("/organization_id", "bad_choice")
    ]


async def test_somebody_elses_organization_takes_nothing(house: House):
    application = await register(house)
    answer = await patch(house, application, organization_id=house.organizations["other"])
    assert faults(answer) == [("/organization_id", "bad_choice")]


async def test_a_scope_that_only_an_owner_may_give_is_not_brought_along_by_moving(house: House):
    # At home everybody is an owner; carol is an admin of acme and no more.
    headers, home = await house.bearer("carol"), (await house.user("carol")).organization_id
    sent = {"client_name": "Reach", "scope": "admin:organization read:members", "organization_id": home}
    made = (await house.call("POST", COLLECTION, headers=headers, json=sent)).json()
    there = {"organization_id": house.organizations["acme"]}
    answer = await patch(house, made, "carol", **there)
    assert problem(answer, 403, "scope-not-grantable")["scope"] == "admin:organization"
    assert (await patch(house, made, "carol", **there, scope="read:members")).status_code == 200


async def test_a_deleted_application_is_unknown_at_once(house: House):
    application = await register(house)
    headers = await house.bearer("alice")
    answer = await house.call("DELETE", path(application), headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    for method, where in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "secrets"), ("GET", "revisions")):
        target = path(application, where).rstrip("/")
        body = {"json": {}} if method == "PATCH" else {}
        problem(await house.call(method, target, headers=headers, **body), 404, "unknown-application")
    listed = await house.call("GET", COLLECTION, headers=headers)
    assert application["client_id"] not in listed.text


@pytest.mark.parametrize(
    ("who", "status", "name"),
    [("mallory", 404, "unknown-application"), ("bob", 403, "role-too-low")],
)
async def test_who_does_not_manage_it_does_nothing_with_it(house: House, who: str, status: int, name: str):
    application = await register(house)
    headers = await house.bearer(who)
    for method, where in (
        ("GET", path(application)),
        ("PATCH", path(application)),
        ("DELETE", path(application)),
        ("GET", path(application, "secrets")),
        ("POST", path(application, "secrets")),
        ("GET", path(application, "revisions")),
    ):
        body = {"json": {}} if method in {"PATCH", "POST"} else {}
        problem(await house.call(method, where, headers=headers, **body), status, name)
    assert (await house.call("GET", path(application), headers=await house.bearer("alice"))).json()["version"] == 1


@pytest.mark.parametrize("who", ["carol", "admin"])
async def test_admins_of_the_organization_and_of_the_instance_manage_it(house: House, who: str):
    application = await register(house)
    assert (await patch(house, application, who, description="Seen")).json()["description"] == "Seen"


@pytest.mark.parametrize("scope", ["applications:read", "secrets:write"])
async def test_a_token_without_the_scope_writes_nothing(house: House, scope: str):
    application = await register(house)
    headers = await token(house, "alice", scope)
    for method, where in (("POST", COLLECTION), ("PATCH", path(application)), ("DELETE", path(application))):
        body = {} if method == "DELETE" else {"json": {"client_name": "Other"}}
        answer = await house.call(method, where, headers=headers, **body)
        assert problem(answer, 403, "scope-missing")["scope"] == "applications:write"
        assert answer.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="applications:write"'


async def test_a_token_without_the_scope_reads_nothing(house: House):
    application = await register(house)
    headers = await token(house, "alice", "users:write")
    for where in (COLLECTION, path(application), path(application, "secrets"), path(application, "revisions")):
        answer = await house.call("GET", where, headers=headers)
        assert problem(answer, 403, "scope-missing")["scope"] == "applications:read"


async def test_a_token_with_the_scopes_does_what_its_owner_may(house: House):
    headers = await token(house, "alice", "applications:read", "applications:write")
    sent = {"client_name": "Ledger", "organization_id": house.organizations["acme"]}
    made = await house.call("POST", COLLECTION, headers=headers, json=sent)
    assert made.status_code == 201
    answer = await house.call("PATCH", path(made.json()), headers=headers, json={"description": "By a program"})
    assert answer.json()["description"] == "By a program"
