"""The routes of the protocol, each with what it says of itself to the reference."""

from collections.abc import Mapping
from typing import Any

from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Schema
from licet.dialects.timbrix import discovery, render
from licet.dialects.timbrix.authorize import Authorize
from licet.dialects.timbrix.token_fields import EXCHANGE, OWN, PRESENTED, REFRESH
from licet.dialects.timbrix.tokens import Tokens
from licet.web.request import FORM
from licet.web.route import Route

SECURITY: Mapping[str, Mapping[str, Any]] = {
    "client": {"type": "http", "scheme": "basic", "description": "Client id and secret; or both in the body."}
}
_TAG = "Protocol"
_TEXT: Schema = {"type": "string"}
_FORM: Schema = {"type": "object", "additionalProperties": _TEXT}
_MEDIA_TYPES = ("application/json", FORM)
_WRITTEN = {FORM: _FORM}


def routes(setup: Setup) -> tuple[Route, ...]:
    """The routes over one instance as an authorization server."""
    authorize, tokens, documents = Authorize(setup), Tokens(setup), discovery.Discovery(setup)
    return (
        Route("GET", discovery.AUTHORIZE, authorize.ask, shared=True),
        Route("POST", f"{discovery.TOKEN}/exchange", tokens.exchange, _EXCHANGE),
        Route("POST", discovery.TOKEN, tokens.own, _OWN),
        Route("POST", f"{discovery.TOKEN}/refresh", tokens.refresh, _REFRESH),
        Route("POST", discovery.INTROSPECT, tokens.introspect, _INTROSPECT),
        Route("POST", discovery.REVOKE, tokens.revoke, _REVOKE),
        *(Route("GET", path, documents.metadata, _METADATA) for path in discovery.METADATA),
    )


def _answer(*required: str) -> Schema:
    properties = {**dict.fromkeys(required, _TEXT), "expires_in": {"type": "integer"}, "refresh_token": _TEXT}
    return {"type": "object", "properties": properties, "required": [*required, "expires_in"]}


_EITHER: Schema = {"anyOf": [dict(render.SCHEMA), dict(render.OAUTH_SCHEMA)]}
"""A refusal, in the language in which it was asked."""
_TOKENS = _answer("access_token", "token_type", "scope")
_ACTIVE: Schema = {"type": "object", "properties": {"active": {"type": "boolean"}}, "required": ["active"]}
_EXCHANGE = Operation(
    summary="Exchange an authorization code",
    about="As a form with the standard's names and answers, too.",
    tag=_TAG,
    request=EXCHANGE,
    media_types=_MEDIA_TYPES,
    written=_WRITTEN,
    answers={render.OK: _TOKENS, **dict.fromkeys(render.GRANTED, _EITHER)},
    security=("", "client"),
)
_OWN = Operation(
    summary="Get a token for the application itself",
    about="With `userId` for that person, within what they allowed. As a form every grant, as the standard has it.",
    tag=_TAG,
    request=OWN,
    media_types=_MEDIA_TYPES,
    written=_WRITTEN,
    answers={render.OK: _TOKENS, **dict.fromkeys(render.GRANTED_FOR_SOMEBODY, _EITHER)},
    security=("", "client"),
)
_REFRESH = Operation(
    summary="Refresh",
    about="The refresh token alone suffices; credentials that come along are checked. Each is good once.",
    tag=_TAG,
    request=REFRESH,
    media_types=_MEDIA_TYPES,
    written=_WRITTEN,
    answers={render.OK: _TOKENS, **dict.fromkeys(render.GRANTED, _EITHER)},
    security=("", "client"),
)
_INTROSPECT = Operation(
    summary="Ask what a token is good for",
    about="RFC 7662.",
    tag=_TAG,
    request=PRESENTED,
    media_types=(FORM,),
    answers={render.OK: _ACTIVE, **dict.fromkeys(render.GRANTED, render.OAUTH_SCHEMA)},
    security=("", "client"),
)
_REVOKE = Operation(
    summary="Give a token back",
    about="RFC 7009.",
    tag=_TAG,
    request=PRESENTED,
    media_types=(FORM,),
    answers={render.OK: None, **dict.fromkeys(render.GRANTED, render.OAUTH_SCHEMA)},
    security=("", "client"),
)
_METADATA = Operation(
    summary="What this surface is as an authorization server",
    about="RFC 8414.",
    tag=_TAG,
    answers={render.OK: {"type": "object"}},
    security=("",),
)
