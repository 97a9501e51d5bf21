"""A token of the standard endpoints, bound or not, is nothing at the products: tokens there are rows of their own."""

import pytest

from tests.conformance.holding import Key, redeem
from tests.conformance.protocol import app, bearer

DOORS = ("/api/v1/me", "/oauth/userinfo", "/api/auth/user", "/api/oauth/apps")


@pytest.mark.attack(79)
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("bound", [True, False])
async def test_it_opens_no_other_surface(house, door, bound):
    key, client = Key(), await app(house)
    tokens = (await redeem(client, await client.code(scope="openid"), key.proof(house) if bound else {})).json()
    assert tokens["token_type"] == ("DPoP" if bound else "Bearer")
    for headers in (bearer(tokens["access_token"]), key.presented(house, tokens["access_token"], door)):
        assert (await house.call("GET", door, headers=headers)).status_code == 401
