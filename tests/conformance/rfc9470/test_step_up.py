"""How a person signed in: said in every token, and asked for."""

import orjson
import pytest

from tests.conformance.person import asking, told
from tests.conformance.protocol import SECONDS, app, parts

PASSWORD = "urn:licet:acr:password"
BETTER = "urn:example:hardware"


def essential(*values):
    return orjson.dumps({"id_token": {"acr": {"essential": True, "values": list(values)}}}).decode()


async def tokens(web, answered):
    answer = await web.redeem(answered["code"])
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.rfc(9470, "6.1")
@pytest.mark.rfc(9068, "2.2.1")
async def test_how_and_when_a_person_signed_in_stands_in_both_tokens(someone, web):
    made = await tokens(web, await someone.allowed(web))
    for token in (made["access_token"], made["id_token"]):
        claims = parts(token)[1]
        assert (claims["acr"], claims["amr"], claims["auth_time"]) == (PASSWORD, ["pwd"], SECONDS)


@pytest.mark.rfc(9470, "6.2")
@pytest.mark.parametrize("kind", ["jwt", "opaque"])
async def test_introspection_says_it_too(someone, house, kind):
    one = await app(house, access_token_format=kind)
    made = await tokens(one, await someone.allowed(one))
    told_of = await one.introspect(made["access_token"])
    assert (told_of["acr"], told_of["amr"], told_of["auth_time"]) == (PASSWORD, ["pwd"], SECONDS)


@pytest.mark.rfc(9470, "6.1")
async def test_an_application_for_itself_has_not_signed_in(web):
    made = (await web.for_itself(scope="read")).json()
    assert {"acr", "amr", "auth_time"}.isdisjoint(parts(made["access_token"])[1])
    assert {"acr", "amr", "auth_time"}.isdisjoint(await web.introspect(made["access_token"]))


@pytest.mark.rfc(9470, "5")
async def test_a_wish_that_cannot_be_met_is_answered_with_what_there_is(someone, web):
    made = await tokens(web, await someone.allowed(web, acr_values=f"{BETTER} urn:example:face"))
    assert parts(made["id_token"])[1]["acr"] == PASSWORD
    voluntary = '{"id_token": {"acr": {"values": ["urn:example:hardware"]}}}'
    assert "code" in told(await someone.get(asking(web, claims=voluntary)))


@pytest.mark.rfc(9470, "5")
@pytest.mark.rfc("OpenID Connect Core", "5.5.1.1")
@pytest.mark.parametrize("asked", [essential(BETTER), '{"id_token": {"acr": {"essential": true, "value": "x"}}}'])
async def test_what_is_essential_and_cannot_be_had_is_refused_before_anybody_is_asked(someone, web, asked):
    answered = told(await someone.get(asking(web, claims=asked)))
    assert (answered["error"], answered["state"]) == ("unmet_authentication_requirements", "a state")


@pytest.mark.rfc("OpenID Connect Core", "5.5.1.1")
@pytest.mark.parametrize("asked", [essential(BETTER, PASSWORD), '{"id_token": {"acr": {"essential": true}}}'])
async def test_what_is_essential_and_can_be_had_is_given(someone, web, asked):
    made = await tokens(web, await someone.allowed(web, claims=asked))
    assert parts(made["id_token"])[1]["acr"] == PASSWORD


@pytest.mark.rfc(9470, "5")
async def test_a_fresh_sign_in_can_be_asked_for(someone, web, house):
    await someone.allowed(web)
    house.clock.pass_(seconds=60)
    page = await someone.visit(asking(web, max_age=30, acr_values=PASSWORD))
    assert page.url.path == "/login"
    made = await tokens(web, told(await someone.sign_in(page)))
    assert parts(made["access_token"])[1]["auth_time"] == SECONDS + 60


@pytest.mark.rfc(9470, "7")
async def test_the_metadata_name_what_a_sign_in_can_be(house):
    for path in ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"):
        assert (await house.call("GET", path)).json()["acr_values_supported"] == [PASSWORD]
