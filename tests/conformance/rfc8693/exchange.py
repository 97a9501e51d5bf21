"""Exchanges: who asks, for what, under which row."""

from typing import Any

from licet.domain.trust import ACCESS_TOKEN, ExchangePolicy
from tests.conformance.protocol import ALL_GRANTS, TOKEN, Answer, App, app

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
ID = "urn:ietf:params:oauth:token-type:id_token"
JAG = "urn:ietf:params:oauth:token-type:id-jag"


async def exchanger(house: Any, **settings: Any) -> App:
    """An application that may use the grant, which alone allows nothing."""
    return await app(house, **{"grant_types": (*ALL_GRANTS, TOKEN_EXCHANGE), **settings})


async def allow(house: Any, name: str = "row", **row: Any) -> None:
    """A row of the operator's: everybody, any token, the same audience, unless told otherwise."""
    usual = {"clients": ("*",), "subjects": ("*",), "audiences": ("same",), "token_types": (ACCESS_TOKEN,)}
    await house.services.trust.put_policy(await house.actor("admin"), ExchangePolicy(name=name, **{**usual, **row}))


async def exchange(client: App, token: str | None, **more: Any) -> Answer:
    """One exchange; what is None is left out."""
    said = {"grant_type": TOKEN_EXCHANGE, "subject_token": token, "subject_token_type": ACCESS, **more}
    return await client.post(TOKEN, {name: value for name, value in said.items() if value is not None})
