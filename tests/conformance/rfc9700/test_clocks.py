"""A clock that jumps, as after a leap, a resumed machine or a restored snapshot: what was spent stays spent."""

import pytest

from tests.conformance.protocol import INVALID_GRANT, app

HOUR = 3_600_000


@pytest.mark.attack(36, 112)
async def test_a_spent_code_stays_spent_when_the_clock_goes_back(house):
    web = await app(house)
    code = await web.code()
    assert (await web.redeem(code)).status_code == 200
    house.clock.now -= HOUR
    assert (await web.redeem(code)).json() == INVALID_GRANT


@pytest.mark.attack(35, 112)
async def test_a_turned_refresh_token_stays_spent_when_the_clock_goes_back(house):
    web = await app(house)
    first = (await web.tokens())["refresh_token"]
    house.clock.now -= HOUR
    second = (await web.refresh(first)).json()["refresh_token"]
    house.clock.now -= HOUR
    assert (await web.refresh(first)).json() == INVALID_GRANT
    assert (await web.refresh(second)).json() == INVALID_GRANT, "the replay ended what it belongs to"


@pytest.mark.attack(112)
async def test_two_rotations_in_one_moment_are_two_generations(house):
    web = await app(house)
    tokens = [(await web.tokens())["refresh_token"]]
    for _ in range(3):
        tokens.append((await web.refresh(tokens[-1])).json()["refresh_token"])
    assert len(set(tokens)) == 4
    assert (await web.refresh(tokens[1])).json() == INVALID_GRANT


@pytest.mark.attack(43, 112)
async def test_what_has_ended_is_over_at_once_and_to_the_millisecond(house):
    web = await app(house, access_token_lifetime=60)
    tokens = await web.tokens()
    house.clock.now += 60_000 - 1
    assert (await web.introspect(tokens["access_token"]))["active"]
    house.clock.now += 1
    assert not (await web.introspect(tokens["access_token"]))["active"]
