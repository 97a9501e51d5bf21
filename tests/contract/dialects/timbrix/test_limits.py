"""The public routes count calls by address: one that has had too many keeps no other waiting."""

import httpx
import pytest

from tests.contract.dialects.house import ORIGIN, House
from tests.contract.dialects.timbrix.protocol import AUTHORIZE, EXCHANGE, REFRESH, TOKEN, TOO_MANY

COUNTED = [
    ("GET", f"{AUTHORIZE}?client_id=app_x", 30),
    ("POST", EXCHANGE, 15),
    ("POST", TOKEN, 10),
    ("POST", REFRESH, 20),
]


@pytest.mark.parametrize(("method", "path", "most"), COUNTED)
async def test_each_address_has_a_minute_of_its_own(house: House, method: str, path: str, most: int):
    answers = [await house.call(method, path, json={}) for _ in range(most + 1)]
    assert [answer.status_code for answer in answers] == [*[400] * most, 429]
    assert answers[-1].json() == TOO_MANY
    assert answers[-1].headers["retry-after"] == "60"
    elsewhere = httpx.ASGITransport(app=house.instance.application, client=("192.0.2.7", 50_000))
    async with httpx.AsyncClient(transport=elsewhere, base_url=ORIGIN) as other:
        assert (await other.request(method, path, json={})).status_code == 400
