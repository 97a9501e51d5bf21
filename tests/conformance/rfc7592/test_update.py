"""PUT: the metadata as a whole, judged as a whole."""

import asyncio

import pytest

from licet.domain.scope import Scope
from tests.conformance.clients import CALLBACK, MACHINE, metadata_of, register

ISSUED = {"registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"}


@pytest.mark.rfc(7592, "2.2")
async def test_the_metadata_is_replaced_as_a_whole(house):
    client = await register(
        house,
        client_uri="https://app.example",
        contacts=["ops@app.example"],
        software_id="id",
        scope="openid read",
        token_endpoint_auth_method="client_secret_post",
        grant_types=["authorization_code", "refresh_token"],
        application_type="native",
    )
    house.clock.pass_(seconds=5)
    answer = await client.put(redirect_uris=["https://app.example/new"], client_name="New")
    assert answer.status_code == 200
    assert answer.json() == {
        "client_id": client.client_id,
        "client_id_issued_at": 1_795_000_000,
        "registration_access_token": client.information["registration_access_token"],
        "registration_client_uri": f"http://127.0.0.1:8000/oauth2/register/{client.client_id}",
        "redirect_uris": ["https://app.example/new"],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "client_name": "New",
        "scope": "openid profile email offline_access mcp read write",
        "application_type": "web",
        "id_token_signed_response_alg": "RS256",
        "subject_type": "public",
    }
    assert (await client.get()).json() == answer.json()
    assert (await client.stored()).version == 2


@pytest.mark.rfc(7592, "2.2")
async def test_what_was_shown_and_comes_back_changes_nothing(house):
    keys = {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}
    for metadata in (
        {"redirect_uris": [CALLBACK, "http://localhost/cb"], "contacts": ["a"], "jwks": keys, "scope": "read openid"},
        {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none", "logo_uri": "https://app.example/l.png"},
        MACHINE,
    ):
        client = await register(house, metadata)
        before = await client.stored()
        house.clock.pass_(seconds=5)
        shown = {name: value for name, value in (await client.get()).json().items() if name not in ISSUED}
        assert (await client.replace(shown)).json() == (await client.get()).json()
        after = await client.stored()
        assert (after.version, after.updated_at) == (1, before.updated_at)
        assert len(await house.store.applications.revisions(after.id, before=None, limit=10)) == 1


@pytest.mark.rfc(7592, "2.2")
async def test_what_this_surface_cannot_spell_survives(house):
    client = await register(house, scope="openid read")
    brought = next(
        scope.name
        for scope in (await house.services.catalogue.scopes()).values()
        if scope.catalogue not in {"openid", "operator"}
    )
    await house.services.applications.update(
        await house.actor("admin"),
        client.client_id,
        lambda _: {"description": "Kept.", "scope": ("openid", brought, "read"), "protocols": ("native", "teable")},
    )
    assert (await client.get()).json()["scope"] == "openid read"
    shown = metadata_of(await client.get())
    await client.put(**shown)
    assert (await client.stored()).version == 2
    await client.put(**{**shown, "scope": "write"})
    stored = await client.stored()
    assert (stored.description, stored.protocols) == ("Kept.", ("native", "teable"))
    assert stored.scope == ("write", brought)
    del shown["scope"]
    await client.put(**shown)
    assert brought in (await client.stored()).scope


@pytest.mark.rfc(7592, "2.2")
async def test_what_somebody_with_more_rights_gave_stays_until_the_client_drops_it(house):
    admin = await house.actor("admin")
    await house.services.catalogue.put_scope(admin, Scope("billing", "Pay.", "high", "owner"))
    client = await register(house, scope="openid read")
    await house.services.applications.update(admin, client.client_id, lambda _: {"scope": ("openid", "billing")})
    kept = await client.put(redirect_uris=[CALLBACK], scope="billing")
    assert kept.json()["scope"] == "billing"
    dropped = await client.put(redirect_uris=[CALLBACK], scope="read")
    assert dropped.json()["scope"] == "read"
    again = await client.put(redirect_uris=[CALLBACK], scope="read billing")
    assert again.json()["scope"] == "read"


@pytest.mark.rfc(7592, "2.2")
async def test_a_scope_that_was_taken_away_does_not_come_back_by_itself(house):
    client = await register(house)
    await house.services.applications.update(await house.actor("admin"), client.client_id, lambda _: {"scope": None})
    shown = metadata_of(await client.get())
    assert "scope" not in shown
    await client.put(**shown)
    assert (await client.stored()).scope is None


@pytest.mark.rfc(7592, "2.2")
@pytest.mark.parametrize("member", sorted(ISSUED))
async def test_what_the_server_issues_is_not_sent_back(house, member):
    client = await register(house)
    answer = await client.put(redirect_uris=[CALLBACK], **{member: client.information[member]})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "invalid_request", "error_description": f"{member} must be left out of an update"},
    )
    assert (await client.stored()).version == 1


@pytest.mark.rfc(7592, "2.2")
async def test_the_client_id_is_required_and_its_own(house):
    client = await register(house)
    answer = await client.replace({"redirect_uris": [CALLBACK]})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "invalid_request", "error_description": "client_id is required"},
    )
    answer = await client.replace({"client_id": "another", "redirect_uris": [CALLBACK]})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "invalid_request", "error_description": "client_id must be the client_id of this registration"},
    )


@pytest.mark.rfc(7592, "2.2")
async def test_a_client_secret_is_compared_and_never_set(house):
    client = await register(house)
    same = await client.put(redirect_uris=[CALLBACK], client_secret=client.information["client_secret"])
    assert same.status_code == 200
    answer = await client.put(redirect_uris=[CALLBACK], client_secret="a secret of its own choice")
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "invalid_request", "error_description": "client_secret must be a live secret of this client"},
    )


@pytest.mark.rfc(7592, "2.2")
async def test_a_client_that_becomes_confidential_gets_a_secret_once(house):
    client = await register(house, token_endpoint_auth_method="none")
    update = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_post"}
    answer = (await client.put(**update)).json()
    assert answer["client_secret"].startswith("licet_cs_")
    assert answer["client_secret_expires_at"] == 0
    assert "client_secret" not in (await client.put(**update)).json()
    await client.put(redirect_uris=[CALLBACK], token_endpoint_auth_method="none")
    # The secret is still live, so there is no second one.
    assert "client_secret" not in (await client.put(**update)).json()
    assert len(await house.store.secrets.of((await client.stored()).id)) == 1


@pytest.mark.rfc(7592, "2.2")
async def test_becoming_confidential_and_the_secret_for_it_are_one_change(house):
    client = await register(house, token_endpoint_auth_method="none")
    stored = await client.stored()
    both = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_post"}
    answers = await asyncio.gather(*(client.put(**both) for _ in range(10)))
    assert sum("client_secret" in answer.json() for answer in answers) == 1
    (secret,) = await house.store.secrets.of(stored.id)
    changed, _registered = await house.store.applications.revisions(stored.id, before=None, limit=9)
    assert (changed.version, changed.action) == (stored.version + 1, "application.updated")
    assert changed.after["token_endpoint_auth_method"] == "client_secret_post"
    assert changed.after["secret_id"] == secret.id


@pytest.mark.rfc(7592, "2.2")
async def test_a_client_whose_secrets_were_revoked_does_not_help_itself_to_a_new_one(house):
    client = await register(house)
    stored = await client.stored()
    (secret,) = await house.store.secrets.of(stored.id)
    await house.services.secrets.revoke(await house.actor("admin"), client.client_id, secret.id)
    assert "client_secret" not in (await client.put(redirect_uris=[CALLBACK])).json()
    assert list(await house.store.secrets.of(stored.id)) == []


@pytest.mark.attack(54)
@pytest.mark.rfc(7592, "2.2")
@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://app.example/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [CALLBACK], "grant_types": ["password"]}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "response_types": []}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "logo_uri": "http://app.example/l.png"}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "scope": "instance:admin"}, "invalid_client_metadata"),
        ({"redirect_uris": [CALLBACK], "software_statement": "x"}, "unapproved_software_statement"),
        ({"redirect_uris": [CALLBACK], "client_name": "a\u0000b"}, "invalid_request"),
    ],
)
async def test_an_update_is_judged_like_a_registration(house, metadata, error):
    client = await register(house)
    answer = await client.put(**metadata)
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert (await client.stored()).version == 1


@pytest.mark.attack(54)
@pytest.mark.rfc(7592, "2.2")
async def test_a_key_beside_a_key_address_that_stands_is_refused(house):
    client = await register(house, jwks_uri="https://app.example/jwks")
    answer = await client.put(
        redirect_uris=[CALLBACK], jwks_uri="https://app.example/jwks", jwks={"keys": [{"kty": "EC"}]}
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client_metadata"


@pytest.mark.rfc(7592, "2.2")
async def test_a_client_changes_its_grant_and_the_response_types_follow(house):
    client = await register(house)
    answer = (await client.put(**MACHINE)).json()
    assert (answer["grant_types"], answer["response_types"]) == (["client_credentials"], [])
    answer = (await client.put(redirect_uris=[CALLBACK])).json()
    assert (answer["grant_types"], answer["response_types"]) == (["authorization_code"], ["code"])


@pytest.mark.rfc(7592, "2.2")
@pytest.mark.attack(55)
async def test_a_client_cannot_move_itself_or_widen_where_it_works(house):
    client = await register(house)
    before = await client.stored()
    reach = {"organization_id": house.organizations["acme"], "protocols": ["teable"], "enabled": False}
    await client.put(redirect_uris=[CALLBACK], client_name="Web", require_pkce=False, **reach)
    after = await client.stored()
    assert after.organization_id == before.organization_id
    assert (after.protocols, after.enabled, after.require_pkce) == (("native",), True, True)
    assert after.version == 1


@pytest.mark.rfc(7592, "2.2")
async def test_a_revision_says_that_the_client_itself_made_it(house):
    client = await register(house)
    house.clock.pass_(seconds=1)
    await client.put(redirect_uris=[CALLBACK], client_name="New")
    stored = await client.stored()
    revision = (await house.store.applications.revisions(stored.id, before=None, limit=10))[0]
    assert (revision.actor_id, revision.actor_name) == (None, f"client:{client.client_id}")
    assert (revision.surface, dict(revision.before), dict(revision.after)) == (
        "rfc",
        {"client_name": "Web"},
        {"client_name": "New"},
    )


@pytest.mark.rfc(7592, "2.2")
async def test_of_many_updates_at_once_each_is_a_version(house):
    client = await register(house)
    answers = await asyncio.gather(*(client.put(redirect_uris=[CALLBACK], client_name=f"N{n}") for n in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await client.stored()).version == 21
