"""How a person has proven themself, in the words of OpenID Connect and RFC 9470: `acr`, and the `amr` behind it.

There is one way to sign in here, by a password; another one is a row more.
"""

from collections.abc import Mapping

from licet.errors import UnmetAuthenticationRequirements
from licet.oauth.asking import Asked
from licet.oauth.context import Context

PASSWORD = "urn:licet:acr:password"
METHODS: Mapping[str, tuple[str, ...]] = {PASSWORD: ("pwd",)}
"""The methods (RFC 8176) of every authentication context class that a sign-in here can have; weaker ones first."""


async def acr_reachable(_context: Context, asked: Asked) -> Asked:
    """An `acr` that the request calls essential can be had here (OpenID Connect Core section 5.5.1.1).

    `acr_values` is a wish: what was done instead stands in the tokens, and whoever cares compares (RFC 9470 section 5).
    """
    part = asked.claims.get("id_token")
    wanted = part.get("acr") if isinstance(part, Mapping) else None
    if not isinstance(wanted, Mapping) or wanted.get("essential") is not True:
        return asked
    values = wanted.get("values", [wanted["value"]] if "value" in wanted else list(METHODS))
    if not isinstance(values, list) or METHODS.keys().isdisjoint(map(str, values)):
        raise UnmetAuthenticationRequirements
    return asked
