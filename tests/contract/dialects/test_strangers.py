"""An application that registered itself, wherever people are asked about it."""

from urllib.parse import urlencode

import pytest

from tests.conformance.person import person
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import signed_in

HERE, AWAY = "http://127.0.0.1:9999/cb", "https://strange.example/cb"
STRANGER, POSABLE = "This application registered itself.", "any program on it could pose as it"


async def stranger(house: House, redirect_uri: str) -> dict[str, str]:
    """What it says to be let in, once the operator has let it on to every surface."""
    said = {"client_name": "Paypal", "redirect_uris": [redirect_uri], "token_endpoint_auth_method": "none"}
    client_id = (await house.call("POST", "/oauth2/register", json=said)).json()["client_id"]
    patch = {"protocols": ("native", "teable", "rocketchat"), "scope": ("openid", "table|read")}
    await house.services.applications.update(await house.actor("admin"), client_id, lambda _: patch)
    return {"client_id": client_id, "redirect_uri": redirect_uri, "response_type": "code", "state": "s"}


async def at_teable(house: House, asked: dict[str, str]) -> str:
    headers = await signed_in(house, "bob")
    sent = await house.call("GET", f"/api/oauth/authorize?{urlencode(asked)}", headers=headers)
    return (await house.call("GET", sent.headers["location"], headers=headers)).text


async def at_rocketchat(house: House, asked: dict[str, str]) -> str:
    async with person(house) as someone:
        await someone.signed_in()
        return (await someone.get(f"/oauth/authorize?{urlencode(asked)}")).text


@pytest.mark.attack(52)
@pytest.mark.parametrize("page", [at_teable, at_rocketchat])
@pytest.mark.parametrize(
    ("redirect_uri", "host", "posable"), [(HERE, "127.0.0.1", True), (AWAY, "strange.example", False)]
)
async def test_a_stranger_is_marked_and_its_destination_told(house: House, page, redirect_uri, host, posable):
    text = await page(house, await stranger(house, redirect_uri))
    assert '<span class="mark">not verified</span>' in text
    assert (STRANGER in text, POSABLE in text, host in text) == (True, posable, True)
