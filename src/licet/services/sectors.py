"""The document of a sector (OpenID Connect Core section 8.1): which redirect URIs belong to whoever owns its host."""

from collections.abc import Sequence

import orjson

from licet.domain.application import Application
from licet.errors import Fault, Unreachable
from licet.services.ambient import Ambient

SUCCESS = 200
MOST_BYTES = 65_536


async def faults(ambient: Ambient, present: Application | None, wanted: Application) -> Sequence[Fault]:
    """What is wrong with an application's sector, asked of its host when it is new or the redirect URIs are.

    An application that could name any host's sector would be told that host's names of people.
    """
    uri = wanted.sector_identifier_uri
    before = (present.sector_identifier_uri, present.redirect_uris) if present is not None else None
    if uri is None or before == (uri, wanted.redirect_uris):
        return ()
    if set(wanted.redirect_uris) <= await _listed(ambient, uri):
        return ()
    return [Fault(("sector_identifier_uri",), "bad_value", "the address of a JSON list of all redirect URIs")]


async def _listed(ambient: Ambient, uri: str) -> frozenset[str]:
    """The redirect URIs at an address; none where nothing usable is."""
    try:
        answer = await ambient.fetch(uri, headers={"accept": "application/json"}, most=MOST_BYTES)
        document = orjson.loads(answer.body) if answer.status == SUCCESS else None
    except (Unreachable, orjson.JSONDecodeError):
        return frozenset()
    return frozenset(item for item in document if isinstance(item, str)) if isinstance(document, list) else frozenset()
