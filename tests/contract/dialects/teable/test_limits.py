"""How often what may be asked, whom that counts against, and what is said to who comes too often."""

import httpx
import pytest

from licet.dialects.teable.limits import NOTIFICATIONS_OF_ALL
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.flow import DEVICE, bearer, fault, register


def too_often(answer: httpx.Response, what: str, seconds: int) -> None:
    assert answer.status_code == 429
    assert answer.text == (
        f'{{"message":"{what} rate limit exceeded, please try again later","status":429,'
        f'"code":"too_many_requests","data":{{"retryAfter":{seconds}}}}}'
    )
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["retry-after"] == str(seconds)


@pytest.mark.settings(teable_token_limit=2)
async def test_tokens_are_counted_by_application_and_person_and_one_too_many_costs_its_code(house: House):
    app, other = await register(house), await register(house)
    first = await app.tokens()
    second = (await app.refresh(first["refresh_token"])).json()
    house.clock.pass_(seconds=800.5)
    late = await app.code()
    too_often(await app.redeem(late), "Token request", 100)
    too_often(await app.refresh(second["refresh_token"]), "Token request", 100)
    assert (await other.redeem(await other.code())).status_code == 201
    house.clock.pass_(seconds=100)
    assert fault(await app.redeem(late)) == (401, "Invalid code")
    assert (await app.refresh(second["refresh_token"])).status_code == 201


@pytest.mark.settings(teable_token_limit=-1)
async def test_a_limit_below_nothing_is_none(house: House):
    app = await register(house)
    tokens = await app.tokens()
    assert (await app.refresh(tokens["refresh_token"])).status_code == 201


async def test_device_codes_are_counted_by_address_and_one_does_not_weigh_on_another(house: House):
    app = await register(house)
    body = {"client_id": app.client_id}
    statuses = [(await house.call("POST", f"{DEVICE}/code", data=body)).status_code for _ in range(30)]
    assert statuses == [200] * 30
    too_often(await house.call("POST", f"{DEVICE}/code", data=body), "Device code request", 900)
    elsewhere = httpx.ASGITransport(app=house.instance.application, client=("198.51.100.7", 40_000))
    async with httpx.AsyncClient(transport=elsewhere, base_url=house.origin) as client:
        assert (await client.post(f"{DEVICE}/code", data=body)).status_code == 200
    house.clock.pass_(seconds=900)
    assert (await house.call("POST", f"{DEVICE}/code", data=body)).status_code == 200


async def test_notifications_of_all_persons_together_are_bounded_too(house: House):
    app = await register(house, scopes=["user|notifications_send"])
    other = await register(house, scopes=["user|notifications_send"])
    mine, theirs = bearer(await app.tokens()), bearer(await other.tokens())
    limiter = house.instance.setups["teable"].limiter
    for _ in range(599):
        await limiter.hit(NOTIFICATIONS_OF_ALL, app.client_id)
    body = {"externalId": "1", "text": "x"}
    house.clock.pass_(seconds=18)
    assert (await house.call("POST", "/api/notifications", json=body, headers=mine)).status_code == 201
    late = await house.call("POST", "/api/notifications", json={**body, "externalId": "2"}, headers=mine)
    too_often(late, "Notification", 42)
    assert (await house.call("POST", "/api/notifications", json=body, headers=theirs)).status_code == 201
    house.clock.pass_(seconds=42)
    again = await house.call("POST", "/api/notifications", json={**body, "externalId": "2"}, headers=mine)
    assert again.json() == {"status": "created"}
