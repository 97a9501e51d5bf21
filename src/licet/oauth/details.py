"""Authorization details (RFC 9396): what an application asks for beyond scopes, each an object with its `type`.

The fields that the RFC names are checked; all others belong to the type, and to the API that understands it.
"""

from collections.abc import Mapping

import orjson

from licet.domain.application import Application
from licet.domain.family import Details, within
from licet.errors import InvalidAuthorizationDetails
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest

PARAMETER = "authorization_details"
MOST = 20
LONGEST = 4096
LISTS = ("locations", "actions", "datatypes", "privileges")
"""RFC 9396 section 2.2: lists of strings, whatever the type."""


def details_asked(context: Context, application: Application, text: str | None) -> Details:
    """The details of a parameter (InvalidAuthorizationDetails for any that may not be); none without one."""
    if text is None:
        return ()
    types = frozenset(application.authorization_details_types) & frozenset(context.provider.authorization_details_types)
    found = _read(text)
    if not all(detail["type"] in types for detail in found):
        raise InvalidAuthorizationDetails("This type of authorization details is not one that the client may ask for.")
    return found


def details_kept(allowed: Details, asked: TokenRequest) -> Details:
    """The part of what was allowed that a token is for (RFC 9396 section 6); all of it when nothing is asked for."""
    wanted = _read(asked.get(PARAMETER))
    if not within(wanted, allowed):
        raise InvalidAuthorizationDetails
    return wanted or allowed


def details_claim(details: Details) -> Mapping[str, object]:
    """Details as a member of an answer, of a token's claims or of an introspection (RFC 9396 sections 7 to 9)."""
    return {PARAMETER: list(details)} if details else {}


def _read(text: str | None) -> Details:
    if text is None:
        return ()
    try:
        found = orjson.loads(text) if len(text) <= LONGEST else None
    except orjson.JSONDecodeError as fault:
        raise InvalidAuthorizationDetails from fault
    if not isinstance(found, list) or not 0 < len(found) <= MOST or not all(map(_well_formed, found)):
        raise InvalidAuthorizationDetails
    return tuple(found)


def _well_formed(detail: object) -> bool:
    if not isinstance(detail, Mapping) or not isinstance(detail.get("type"), str):
        return False
    return isinstance(detail.get("identifier", ""), str) and all(_texts(detail.get(name, [])) for name in LISTS)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
