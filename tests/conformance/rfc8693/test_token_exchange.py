"""Token exchange: what a row allows is given, never more than was brought, and nothing without a row."""

import pytest

from tests.conformance.protocol import API, OTHER, SECONDS, app, parts, resources, said
from tests.conformance.rfc8693.exchange import ACCESS, ID, JAG, allow, exchange, exchanger

ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
async def service(house):
    return await exchanger(house)


@pytest.mark.rfc(8693, "2.2.1")
@pytest.mark.rfc(8693, "4.1")
async def test_a_persons_token_becomes_one_of_the_service_which_acts_for_the_person(house, web, service):
    await allow(house)
    brought = await web.tokens(scope="openid read")
    answer = await exchange(service, brought["access_token"], scope="read")
    assert answer.headers["cache-control"] == "no-store"
    given = answer.json()
    assert {name: given[name] for name in given if name != "access_token"} == {
        "issued_token_type": ACCESS,
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "read",
    }
    before, after = parts(brought["access_token"])[1], parts(given["access_token"])[1]
    assert (after["sub"], after["aud"]) == (before["sub"], ISSUER)
    assert after["client_id"] == service.client_id
    assert after["act"] == {"sub": f"client:{service.client_id}"}
    assert after["jti"] != before["jti"]
    told = await service.introspect(given["access_token"])
    assert (told["active"], told["username"], told["act"]) == (True, "alice", after["act"])


@pytest.mark.rfc(8693, "2.2.2")
async def test_without_a_row_nothing_is_exchanged(web, service):
    token = (await web.tokens())["access_token"]
    assert said(await exchange(service, token)) == (400, "invalid_request")


@pytest.mark.rfc(8693, "2.2.2")
@pytest.mark.parametrize("row", [{"clients": ("another",)}, {"subjects": ("another",)}, {"token_types": (JAG,)}])
async def test_a_row_allows_only_whom_and_what_it_names(house, web, service, row):
    await allow(house, **row)
    token = (await web.tokens())["access_token"]
    assert said(await exchange(service, token)) == (400, "invalid_request")


async def test_rows_name_applications_by_id_or_by_the_surface_they_came_through(house, web, service):
    token = (await web.tokens())["access_token"]
    await allow(house, clients=("surface:rfc",))
    assert said(await exchange(service, token)) == (400, "invalid_request")
    await allow(house, clients=("surface:native",), subjects=(web.client_id,))
    assert (await exchange(service, token)).status_code == 200
    await allow(house, clients=(service.client_id,))
    assert (await exchange(service, token)).status_code == 200


async def test_a_client_without_the_grant_or_without_a_secret_may_not(house, web):
    await allow(house)
    token = (await web.tokens())["access_token"]
    assert said(await exchange(web, token)) == (400, "unauthorized_client")
    assert said(await exchange(await exchanger(house, public=True), token)) == (400, "unauthorized_client")


@pytest.mark.attack(89)
@pytest.mark.rfc(8693, "2.1")
@pytest.mark.parametrize(
    "wrong",
    [
        {"subject_token": None},
        {"subject_token_type": None},
        {"subject_token": "junk"},
        {"subject_token": "a.b.c"},
        {"subject_token_type": "urn:x:y"},
        {"subject_token_type": ID},
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
        {"actor_token": "junk", "actor_token_type": ACCESS},
        {"actor_token": "junk"},
        {"actor_token_type": ACCESS},
    ],
)
async def test_an_exchange_of_nothing_good_is_refused(house, web, service, wrong):
    await allow(house)
    token = (await web.tokens())["access_token"]
    answer = await exchange(service, token, **{"requested_token_type": ACCESS, **wrong})
    assert said(answer) == (400, "invalid_request")


@pytest.mark.attack(84, 89)
async def test_an_id_token_or_a_refresh_token_is_no_access_token(house, web, service):
    await allow(house)
    tokens = await web.tokens(scope="openid offline_access")
    for name in ("id_token", "refresh_token"):
        assert said(await exchange(service, tokens[name])) == (400, "invalid_request")


@pytest.mark.attack(89)
async def test_an_expired_subject_is_worth_nothing_and_no_exchange_makes_it_live_longer(house, web, service):
    await allow(house)
    await service.change(access_token_lifetime=3_600)
    token = (await web.tokens())["access_token"]
    house.clock.pass_(seconds=200)
    given = (await exchange(service, token)).json()
    assert given["expires_in"] == 100
    assert parts(given["access_token"])[1]["exp"] == SECONDS + 300
    house.clock.pass_(seconds=100)
    assert said(await exchange(service, token)) == (400, "invalid_request")


@pytest.mark.attack(89)
async def test_a_disabled_person_ends_what_was_brought_and_what_was_given(house, web, service):
    await allow(house)
    token = (await web.tokens())["access_token"]
    given = (await exchange(service, token)).json()["access_token"]
    person = await house.user("alice")
    actor = await house.actor("admin")
    await house.services.users.update(actor, person.id, {"active": False})
    assert said(await exchange(service, token)) == (400, "invalid_request")
    assert await service.introspect(given) == {"active": False}


@pytest.mark.attack(89)
async def test_what_was_given_ends_with_the_application_it_came_from(house, web, service):
    await allow(house)
    given = (await exchange(service, (await web.tokens())["access_token"])).json()["access_token"]
    await web.change(enabled=False)
    assert await service.introspect(given) == {"active": False}


@pytest.mark.attack(89)
async def test_what_was_given_ends_with_the_consent(house, web, service):
    await allow(house)
    tokens = await web.tokens(scope="openid offline_access")
    given = (await exchange(service, tokens["access_token"])).json()["access_token"]
    await web.post("/oauth2/revoke", {"token": tokens["refresh_token"]})
    assert await service.introspect(given) == {"active": False}


@pytest.mark.attack(89)
async def test_a_scope_is_never_wider_than_what_was_brought_or_what_the_service_has(house, web, service):
    await allow(house)
    token = (await web.tokens(scope="openid read"))["access_token"]
    assert said(await exchange(service, token, scope="read write")) == (400, "invalid_scope")
    assert said(await exchange(service, token, scope="admin:everything")) == (400, "invalid_scope")
    await service.change(scope=("read", "write"))
    assert (await exchange(service, token)).json()["scope"] == "read"


async def test_a_row_may_bound_the_scope_further(house, web, service):
    await allow(house, scope=("read",))
    token = (await web.tokens(scope="openid read write"))["access_token"]
    assert (await exchange(service, token)).json()["scope"] == "read"
    assert said(await exchange(service, token, scope="write")) == (400, "invalid_scope")


@pytest.mark.attack(89)
@pytest.mark.rfc(8693, "2.2.2")
async def test_an_audience_that_no_row_names_is_an_invalid_target(house, web, service):
    await resources(house)
    await allow(house)
    token = (await web.tokens(resources=(API,)))["access_token"]
    for wrong in ({"resource": OTHER}, {"audience": OTHER}, {"audience": "https://unknown.example"}):
        assert said(await exchange(service, token, **wrong)) == (400, "invalid_target")
    assert said(await exchange(service, token, resource=API, audience=OTHER)) == (400, "invalid_target")


async def test_a_row_that_names_an_audience_leads_there(house, web, service):
    await resources(house)
    await allow(house, audiences=(OTHER,))
    token = (await web.tokens(resources=(API,)))["access_token"]
    for right in ({"resource": OTHER}, {"audience": OTHER}, {"resource": OTHER, "audience": OTHER}):
        assert parts((await exchange(service, token, **right)).json()["access_token"])[1]["aud"] == OTHER
    assert said(await exchange(service, token)) == (400, "invalid_target")


@pytest.mark.rfc(8693, "4.1")
async def test_actors_stand_in_a_chain_the_present_one_outside(house, web, service):
    await allow(house)
    further = await exchanger(house)
    first = (await exchange(service, (await web.tokens())["access_token"])).json()["access_token"]
    second = (await exchange(further, first)).json()["access_token"]
    assert parts(second)[1]["act"] == {
        "sub": f"client:{further.client_id}",
        "act": {"sub": f"client:{service.client_id}"},
    }


async def test_an_application_that_narrows_its_own_token_adds_nobody(house, service):
    await allow(house)
    token = (await service.tokens(scope="openid read"))["access_token"]
    claims = parts((await exchange(service, token, scope="read")).json()["access_token"])[1]
    assert (claims["scope"], "act" in claims) == ("read", False)


@pytest.mark.attack(89)
async def test_a_chain_does_not_go_round_in_a_loop(house, web, service):
    await allow(house)
    further = await exchanger(house)
    token = (await web.tokens())["access_token"]
    for one in (service, further):
        token = (await exchange(one, token)).json()["access_token"]
    assert said(await exchange(service, token)) == (400, "invalid_request")


@pytest.mark.attack(89)
async def test_a_chain_ends_at_its_longest(house, web):
    await allow(house)
    token = (await web.tokens())["access_token"]
    for _ in range(5):
        token = (await exchange(await exchanger(house), token)).json()["access_token"]
    assert said(await exchange(await exchanger(house), token)) == (400, "invalid_request")


@pytest.mark.rfc(8693, "2.1")
async def test_an_actor_token_names_the_actor(house, web, service):
    await allow(house)
    actor = (await service.tokens("bob"))["access_token"]
    subject = (await web.tokens())["access_token"]
    given = (await exchange(service, subject, actor_token=actor, actor_token_type=ACCESS)).json()["access_token"]
    assert parts(given)[1]["act"] == {"sub": parts(actor)[1]["sub"]}


@pytest.mark.attack(89)
async def test_nobody_acts_with_the_token_of_another_application(house, web, service):
    await allow(house)
    foreign, subject = (await web.tokens("bob"))["access_token"], (await web.tokens())["access_token"]
    answer = await exchange(service, subject, actor_token=foreign, actor_token_type=ACCESS)
    assert said(answer) == (400, "invalid_request")
    ended = (await service.tokens("bob"))["access_token"]
    await service.post("/oauth2/revoke", {"token": ended})
    answer = await exchange(service, subject, actor_token=ended, actor_token_type=ACCESS)
    assert said(answer) == (400, "invalid_request")


@pytest.mark.attack(89)
async def test_what_a_request_claims_of_an_actor_beside_the_token_is_not_read(house, web, service):
    await allow(house)
    token = (await web.tokens())["access_token"]
    given = (await exchange(service, token, act='{"sub":"root"}', sub="root")).json()["access_token"]
    assert parts(given)[1]["act"] == {"sub": f"client:{service.client_id}"}


async def test_a_machines_token_keeps_its_machine_as_subject(house, service):
    await allow(house)
    machine = await app(house)
    token = (await machine.for_itself(scope="read")).json()["access_token"]
    given = (await exchange(service, token)).json()["access_token"]
    claims = parts(given)[1]
    assert (claims["sub"], claims["client_id"]) == (f"client:{machine.client_id}", service.client_id)
    assert (await service.introspect(given))["sub"] == f"client:{machine.client_id}"
    await machine.change(enabled=False)
    assert await service.introspect(given) == {"active": False}


async def test_an_opaque_token_remembers_whom_it_acts_for(house, service):
    await allow(house)
    await service.change(access_token_format="opaque")
    machine = await app(house, access_token_format="opaque")
    token = (await machine.for_itself(scope="read")).json()["access_token"]
    told = await service.introspect((await exchange(service, token)).json()["access_token"])
    assert told["sub"] == f"client:{machine.client_id}"
    assert told["act"] == {"sub": f"client:{service.client_id}"}


async def test_an_exchange_gives_no_id_token_and_no_refresh_token(house, web, service):
    await allow(house)
    given = (await exchange(service, (await web.tokens(scope="openid offline_access"))["access_token"])).json()
    assert "id_token" not in given
    assert "refresh_token" not in given
