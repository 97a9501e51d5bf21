"""What the operator lets be registered, and by whom."""

import pytest

from licet.domain.scope import Scope
from licet.domain.secret import Form
from licet.services.applications import Registration
from licet.services.personal_tokens import Wanted
from tests.conformance.clients import CALLBACK, WEB, Client, ask, bearer, register

CLIENT_ID = Form("", "abcdefghijklmnopqrstuvwxyz0123456789", 24)
PERSONAL_TOKEN = Form("licet_pat_", "abcdefghijklmnopqrstuvwxyz0123456789", 43)
DENIED = {"error": "access_denied", "error_description": "Dynamic client registration is not open here."}
UNKNOWN_TOKEN = {"error": "invalid_token", "error_description": "A valid credential is required."}


async def personal_token(house, name, *scopes, surface="native"):
    actor = await house.actor(name, surface)
    wanted = Wanted(name="registration", scopes=scopes or None)
    return (await house.services.personal_tokens.create(actor, wanted, PERSONAL_TOKEN)).value


@pytest.mark.rfc(7591, "3")
@pytest.mark.settings(registration="off")
async def test_registration_is_off_for_everybody(house):
    token = await personal_token(house, "alice")
    for headers in ({}, bearer(token)):
        answer = await ask(house, WEB, **headers)
        assert (answer.status_code, answer.json()) == (403, DENIED)


@pytest.mark.rfc(7592, "2")
@pytest.mark.settings(registration="off")
async def test_a_client_manages_itself_also_where_registration_is_off(house):
    settings = {"organization_id": house.organizations["instance"], "redirect_uris": (CALLBACK,)}
    made = await house.services.applications.register(
        await house.actor("admin"),
        Registration(settings=settings, client_id=CLIENT_ID, registration_token=PERSONAL_TOKEN),
    )
    uri = f"/oauth2/register/{made.application.client_id}"
    headers = bearer(made.registration_access_token)
    update = {"client_id": made.application.client_id, "redirect_uris": [CALLBACK], "client_name": "New"}
    assert (await house.call("GET", uri, headers=headers)).status_code == 200
    assert (await house.call("PUT", uri, headers=headers, json=update)).json()["client_name"] == "New"
    assert (await house.call("DELETE", uri, headers=headers)).status_code == 204


@pytest.mark.rfc(7591, "3")
@pytest.mark.rfc(6750, "3")
@pytest.mark.settings(registration="initial_access_token")
async def test_without_an_initial_access_token_the_answer_names_what_to_bring(house):
    answer = await ask(house, WEB)
    assert (answer.status_code, answer.json()) == (401, UNKNOWN_TOKEN)
    assert answer.headers["www-authenticate"] == 'Bearer realm="registration"'


@pytest.mark.attack(55)
@pytest.mark.rfc(6750, "3.1")
@pytest.mark.settings(registration="initial_access_token")
@pytest.mark.parametrize("kind", ["garbage", "session", "dialect", "registration"])
async def test_another_credential_is_no_initial_access_token(house, kind):
    value = {
        "garbage": "licet_pat_garbage",
        "session": await house.token("alice"),
        "dialect": await personal_token(house, "alice", surface="teable"),
        "registration": "licet_reg_garbage",
    }[kind]
    answer = await ask(house, WEB, **bearer(value))
    assert (answer.status_code, answer.json()) == (401, UNKNOWN_TOKEN)
    assert answer.headers["www-authenticate"] == 'Bearer realm="registration", error="invalid_token"'


@pytest.mark.rfc(6750, "3.1")
@pytest.mark.settings(registration="initial_access_token")
async def test_a_personal_token_without_the_scope_is_told_so(house):
    answer = await ask(house, WEB, **bearer(await personal_token(house, "alice", "applications:write")))
    assert answer.status_code == 403
    assert answer.json() == {
        "error": "insufficient_scope",
        "error_description": "The credential lacks a scope that this call needs.",
    }
    assert answer.headers["www-authenticate"] == (
        'Bearer realm="registration", error="insufficient_scope", scope="applications:register"'
    )


@pytest.mark.rfc(7591, "3")
@pytest.mark.settings(registration="initial_access_token")
@pytest.mark.parametrize(("name", "owner"), [("alice", "acme"), ("bob", None)])
async def test_with_an_initial_access_token_the_client_is_its_owners(house, name, owner):
    answer = await ask(house, WEB, **bearer(await personal_token(house, name, "applications:register")))
    assert answer.status_code == 201
    stored = await Client(house, answer.json()).stored()
    user = await house.user(name)
    assert stored.created_by == user.id
    assert stored.organization_id == (house.organizations[owner] if owner else user.organization_id)


@pytest.mark.attack(53)
@pytest.mark.rfc(7591, "2")
async def test_scopes_beyond_the_policy_are_left_out_and_the_answer_says_so(house):
    operator = await house.actor("admin")
    await house.services.catalogue.put_scope(operator, Scope("billing", "Pay.", "high", "owner"))
    await house.services.catalogue.put_scope(operator, Scope("root", "Everything.", "high", "nobody"))
    brought = next(
        scope.name
        for scope in (await house.services.catalogue.scopes()).values()
        if scope.catalogue not in {"openid", "operator"}
    )
    asked = f"{brought} billing root write admin openid openid users:write"
    assert (await register(house, scope=asked)).information["scope"] == "write openid"


@pytest.mark.attack(53)
@pytest.mark.rfc(7591, "3.2.2")
async def test_when_nothing_that_was_asked_may_be_registered_it_is_refused(house):
    answer = await ask(house, {**WEB, "scope": "instance:admin users:write"})
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_client_metadata",
        "error_description": "scope 'instance:admin users:write' must be of scopes that may be registered",
    }


@pytest.mark.rfc(7591, "2")
@pytest.mark.settings(registration_scopes=("openid", "read"), registration_default_scope="read unheard-of write")
async def test_the_operator_says_which_scopes_may_be_asked_for_and_which_are_given(house):
    assert (await register(house, scope="openid read write")).information["scope"] == "openid read"
    # What an operator gives to everybody need not be among what may be asked for, but in the catalogue.
    assert (await register(house)).information["scope"] == "read write"


@pytest.mark.attack(53)
@pytest.mark.rfc(7591, "3.2.2")
@pytest.mark.settings(registration_grant_types=("authorization_code",))
@pytest.mark.parametrize("grant", ["password", "implicit", "client_credentials"])
async def test_password_and_implicit_are_refused_like_whatever_the_operator_does_not_give(house, grant):
    answer = await ask(house, {**WEB, "grant_types": [grant]})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client_metadata"
    assert f"grant_types[0] '{grant}' must be one of authorization_code" in answer.json()["error_description"]


@pytest.mark.attack(57)
@pytest.mark.settings(registration_redirect_uris=3)
async def test_the_number_of_redirect_uris_is_bounded(house):
    uris = [f"https://app.example/{number}" for number in range(4)]
    await register(house, redirect_uris=uris[:3])
    answer = await ask(house, {"redirect_uris": uris})
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_redirect_uri",
        "error_description": "redirect_uris must not have more than 3 items",
    }


@pytest.mark.attack(57)
@pytest.mark.settings(registration_bytes=300)
async def test_the_size_of_a_registration_is_bounded(house):
    answer = await ask(house, {**WEB, "x": "y" * 300})
    assert (answer.status_code, answer.json()) == (
        413,
        {"error": "invalid_request", "error_description": "The body is too large."},
    )
    client = await register(house)
    assert (await client.put(redirect_uris=[CALLBACK], x="y" * 300)).status_code == 413


@pytest.mark.attack(57)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"redirect_uris":[' + b",".join(b'"https://a.example/%d"' % n for n in range(10_000)) + b"]}", 413),
        (b'{"x":' * 60 + b"1" + b"}" * 60, 400),
        (b'{"client_name":"a","client_name":"b"}', 400),
        (b'{"client_name":"' + b"x" * 1_000_000 + b'"}', 413),
    ],
    ids=["ten thousand URIs", "deep", "a key twice", "a megabyte"],
)
async def test_hostile_bodies_are_refused_before_anything_is_done(house, body, status):
    before = await house.store.applications.count()
    answer = await house.call("POST", "/oauth2/register", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"] == "invalid_request"
    assert await house.store.applications.count() == before


@pytest.mark.attack(56)
@pytest.mark.settings(registrations_per_hour=2)
async def test_registrations_of_one_address_are_bounded_by_the_hour(house):
    await register(house)
    house.clock.pass_(seconds=600)
    await register(house)
    answer = await ask(house, WEB)
    assert (answer.status_code, answer.json()) == (
        429,
        {"error": "slow_down", "error_description": "Too many requests."},
    )
    assert answer.headers["retry-after"] == "3000"
    house.clock.pass_(seconds=3000)
    await register(house)


@pytest.mark.attack(56)
@pytest.mark.settings(registrations_per_hour=1, limits=False)
async def test_with_limits_off_nobody_is_slowed_down(house):
    await register(house)
    await register(house)


@pytest.mark.attack(58)
async def test_hostile_text_is_stored_and_answered_as_it_is_and_as_json(house):
    name = "<script>alert(1)</script>"
    answer = await ask(house, {**WEB, "client_name": name, "contacts": ['"><img src=x>']})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["client_name"] == name


async def test_a_well_known_name_gives_nobody_more_rights(house):
    client = await register(house, client_name="Teable", logo_uri="https://teable.ai/logo.svg")
    stored = await client.stored()
    assert stored.created_by is None
    assert stored.require_pkce
    assert stored.protocols == ("native",)
