"""How long everything lives at this surface, to the millisecond, and that an operator may say otherwise."""

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import signed_in
from tests.contract.dialects.teable.flow import DECISION, DEVICE, DEVICE_GRANT, App, bearer, fault, register

SHORT = {
    "teable_access_token_seconds": 7,
    "teable_refresh_token_seconds": 70,
    "teable_code_seconds": 3,
    "teable_transaction_seconds": 11,
    "teable_consent_seconds": 20,
    "teable_device_code_seconds": 13,
    "teable_device_interval": 2,
}


async def lives(app: App, *, code: int, access: int, refresh: int, transaction: int) -> None:
    house, bob = app.house, await signed_in(app.house, "bob")
    waiting = await app.transaction()
    house.clock.pass_(seconds=transaction - 0.001)
    assert (await house.call("GET", f"{DECISION}/{waiting}", headers=bob)).status_code == 200
    house.clock.pass_(seconds=0.001)
    assert fault(await house.call("GET", f"{DECISION}/{waiting}", headers=bob)) == (400, "Invalid transaction ID")

    good = await app.code()
    house.clock.pass_(seconds=code - 0.001)
    assert (await app.redeem(good)).status_code == 201
    late = await app.code()
    house.clock.pass_(seconds=code)
    assert fault(await app.redeem(late)) == (401, "Invalid code")

    tokens = await app.tokens()
    assert (tokens["expires_in"], tokens["refresh_expires_in"]) == (access, refresh)
    house.clock.pass_(seconds=access - 0.001)
    assert (await house.call("GET", "/api/auth/user", headers=bearer(tokens))).status_code == 200
    house.clock.pass_(seconds=0.001)
    assert fault(await house.call("GET", "/api/auth/user", headers=bearer(tokens))) == (401, "Unauthorized")

    house.clock.pass_(seconds=refresh - access - 0.001)
    tokens = (await app.refresh(tokens["refresh_token"])).json()
    assert (tokens["expires_in"], tokens["refresh_expires_in"]) == (access, refresh)
    house.clock.pass_(seconds=refresh)
    assert fault(await app.refresh(tokens["refresh_token"])) == (401, "Invalid refresh token")


async def devices_live(app: App, *, lifetime: int, interval: int) -> None:
    house, bob = app.house, await signed_in(app.house, "bob")
    begun = (await house.call("POST", f"{DEVICE}/code", json={"client_id": app.client_id})).json()
    assert (begun["expires_in"], begun["interval"]) == (lifetime, interval)
    poll = {"grant_type": DEVICE_GRANT, "client_id": app.client_id, "device_code": begun["device_code"]}
    for wait, heard in (
        (0, "authorization_pending"),
        (interval - 0.001, "slow_down"),
        (interval, "authorization_pending"),
        (lifetime - 2 * interval, "authorization_pending"),
    ):
        house.clock.pass_(seconds=wait)
        answer = await house.call("POST", "/api/oauth/access_token", json=poll)
        assert (answer.status_code, answer.json()) == (400, {"error": heard}), wait
    path = f"{DEVICE}/{begun['user_code']}"
    assert (await house.call("GET", path, headers=bob)).status_code == 200
    house.clock.pass_(seconds=0.001)
    assert (await house.call("GET", path, headers=bob)).status_code == 404
    answer = await house.call("POST", "/api/oauth/access_token", json=poll)
    assert (answer.status_code, answer.json()) == (400, {"error": "expired_token"})


async def test_everything_lives_as_long_as_is_said(house: House):
    app = await register(house)
    await lives(app, code=300, access=600, refresh=2_592_000, transaction=600)
    await devices_live(app, lifetime=900, interval=5)


@pytest.mark.settings(**SHORT)
async def test_an_operator_says_how_long_everything_lives(house: House):
    app = await register(house)
    await lives(app, code=3, access=7, refresh=70, transaction=11)
    await devices_live(app, lifetime=13, interval=2)


@pytest.mark.settings(**SHORT)
async def test_an_operator_says_how_long_a_consent_is_remembered(house: House):
    app = await register(house)
    await app.tokens()
    for _ in range(3):
        house.clock.pass_(seconds=19.999)
        assert not await app.asked_again()
    house.clock.pass_(seconds=20)
    assert await app.asked_again()
