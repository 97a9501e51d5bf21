"""Who may read, change and delete a registration, and what is read."""

import pytest

from tests.conformance.clients import CALLBACK, bearer, register
from tests.conformance.rfc7591.test_policy import personal_token

UNAUTHORIZED = {"error": "invalid_token", "error_description": "A valid credential is required."}
METHODS = ("GET", "PUT", "DELETE")


@pytest.mark.rfc(7592, "2.1")
@pytest.mark.rfc(7592, "3")
async def test_the_client_reads_what_it_was_told_but_for_its_secret(house):
    client = await register(house)
    answer = await client.get()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "client_id": client.client_id,
        "client_id_issued_at": 1_795_000_000,
        "registration_access_token": client.information["registration_access_token"],
        "registration_client_uri": f"http://127.0.0.1:8000/oauth2/register/{client.client_id}",
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


@pytest.mark.rfc(7592, "2.1")
@pytest.mark.parametrize("method", METHODS)
async def test_without_a_token_the_answer_names_what_to_bring(house, method):
    client = await register(house)
    answer = await house.call(method, client.uri)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)
    assert answer.headers["www-authenticate"] == 'Bearer realm="registration"'


@pytest.mark.attack(55)
@pytest.mark.rfc(7592, "2.1")
@pytest.mark.parametrize("method", METHODS)
async def test_the_token_of_one_client_does_not_open_another(house, method):
    one, other = await register(house), await register(house)
    answer = await house.call(method, other.uri, headers=one.headers, json={"client_id": other.client_id})
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)
    assert answer.headers["www-authenticate"] == 'Bearer realm="registration", error="invalid_token"'
    assert (await other.stored()).version == 1


@pytest.mark.attack(55)
@pytest.mark.rfc(7592, "2.1")
@pytest.mark.parametrize("method", METHODS)
async def test_an_unknown_client_is_answered_like_a_wrong_token(house, method):
    client = await register(house)
    answer = await house.call(method, "/oauth2/register/unknown", headers=client.headers)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


@pytest.mark.attack(55)
@pytest.mark.rfc(7592, "1.1")
@pytest.mark.parametrize("kind", ["secret", "session", "personal", "unsigned", "empty", "long", "basic"])
async def test_nothing_but_the_registration_token_opens_a_registration(house, kind):
    client = await register(house)
    headers = {
        "secret": bearer(client.information["client_secret"]),
        "session": await house.bearer("admin"),
        "personal": bearer(await personal_token(house, "admin")),
        "unsigned": bearer("eyJhbGciOiJub25lIn0.e30."),
        "empty": {"authorization": "Bearer "},
        "long": bearer("x" * 5000),
        "basic": {"authorization": f"Basic {client.information['registration_access_token']}"},
    }[kind]
    answer = await house.call("GET", client.uri, headers=headers)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


@pytest.mark.rfc(7592, "2.1")
async def test_two_authorization_headers_are_none(house):
    client = await register(house)
    headers = [("authorization", client.headers["authorization"])] * 2
    assert (await house.call("GET", client.uri, headers=headers)).status_code == 401


@pytest.mark.attack(49)
async def test_guessing_tokens_ends_in_a_pause(house):
    client = await register(house)
    wrong = bearer("licet_reg_wrong")
    answers = {(await house.call("GET", client.uri, headers=wrong)).status_code for _ in range(300)}
    assert answers == {401}
    answer = await house.call("GET", client.uri, headers=wrong)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "300"


@pytest.mark.rfc(7592, "2.1")
@pytest.mark.parametrize("method", METHODS)
async def test_a_client_that_is_switched_off_may_do_nothing(house, method):
    client = await register(house)
    admin = await house.actor("admin")
    await house.services.applications.update(admin, client.client_id, lambda _: {"enabled": False})
    answer = await house.call(method, client.uri, headers=client.headers, json={"client_id": client.client_id})
    assert (answer.status_code, answer.json()) == (
        403,
        {"error": "access_denied", "error_description": "This is not allowed."},
    )


@pytest.mark.rfc(7592, "2.3")
async def test_a_deleted_client_is_gone_at_once(house):
    client = await register(house)
    answer = await client.delete()
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert await client.stored() is None
    for again in (await client.get(), await client.put(redirect_uris=[CALLBACK]), await client.delete()):
        assert (again.status_code, again.json()) == (401, UNAUTHORIZED)


@pytest.mark.rfc(7592, "2.3")
async def test_the_deletion_stands_in_the_audit_log(house):
    client = await register(house)
    application = await client.stored()
    house.clock.pass_(seconds=1)
    await client.delete()
    (revision, _) = await house.store.applications.revisions(application.id, before=None, limit=10)
    assert (revision.action, revision.actor_name) == ("application.deleted", f"client:{client.client_id}")
