"""The routes to what lives of an application, and to its moves, each with what it says of itself to the reference."""

from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Schema, Shape
from licet.dialects.timbrix import render
from licet.dialects.timbrix.applications import Applications
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.fields import APPLICATION, CHANGE
from licet.dialects.timbrix.formats import IF_MATCH
from licet.dialects.timbrix.live import Live
from licet.dialects.timbrix.live_fields import OFFER, REPORT, TRANSFER, authorizations_of, tokens_of
from licet.dialects.timbrix.transfers import Transfers
from licet.domain.application import Application
from licet.web.route import Route

_APP = "/api/oauth/apps/{clientId}"
_TOKENS, _MOVES, _APPLICATIONS = "Tokens", "Moves", "Applications"
_BEARER = ("bearer",)


def routes(setup: Setup, callers: Callers) -> tuple[Route, ...]:
    """The routes over an instance's services."""
    live, moves, applications = Live(setup, callers), Transfers(setup, callers), Applications(setup, callers)
    return (
        Route("POST", f"{_APP}/validate", applications.validate, _VALIDATE),
        Route("GET", f"{_APP}/tokens", live.all, _LIST),
        Route("DELETE", f"{_APP}/tokens", live.end_all, _END_ALL),
        Route("DELETE", "/api/oauth/token/{tokenId}", live.end, _END),
        Route("GET", f"{_APP}/authorizations", live.authorizations, _AUTHORIZATIONS),
        Route("POST", f"{_APP}/restore", moves.restore, _RESTORE),
        Route("POST", f"{_APP}/transfer", moves.offer, _OFFER),
        Route("POST", "/api/oauth/transfers/{transferId}/accept", moves.accept, _ACCEPT),
    )


def _array(shape: Shape) -> Schema:
    return {"type": "array", "items": shape.schema(request=False)}


_NOBODY = Application(
    id="", client_id="", created_by=None, surface="", version=1, created_at=0, updated_at=0, saved_at=0
)
_VALIDATE = Operation(
    summary="Try an update of an application",
    about="Refused like the update; else what would become of live tokens. Nothing is written.",
    tag=_APPLICATIONS,
    request=CHANGE,
    headers=IF_MATCH,
    answers={render.OK: REPORT},
    security=_BEARER,
    faults=render.CHANGED,
)
_LIST = Operation(
    summary="List the live tokens of an application",
    about="Newest first, never a value.",
    tag=_TOKENS,
    answers={render.OK: _array(tokens_of(_NOBODY))},
    security=_BEARER,
    faults=render.READ,
)
_END_ALL = Operation(
    summary="End every token of an application",
    about="What people allowed it stays.",
    tag=_TOKENS,
    answers={render.NO_CONTENT: None},
    security=_BEARER,
    faults=render.READ,
)
_END = Operation(
    summary="End a token and its refresh token",
    about="By its `id` in the list; an access token with `write:oauth-apps` may, too, within its organization.",
    tag=_TOKENS,
    answers={render.NO_CONTENT: None},
    security=_BEARER,
    faults=render.READ,
)
_AUTHORIZATIONS = Operation(
    summary="List what people allowed an application",
    tag=_TOKENS,
    answers={render.OK: _array(authorizations_of(_NOBODY))},
    security=_BEARER,
    faults=render.READ,
)
_RESTORE = Operation(
    summary="Restore a deleted application",
    about="Within 30 days: its settings, secrets and consents. Tokens stay revoked.",
    tag=_MOVES,
    answers={render.OK: APPLICATION},
    security=_BEARER,
    faults=render.READ,
)
_OFFER = Operation(
    summary="Offer an application to another organization",
    about="Nothing moves before its owner or an admin of it accepts; an earlier offer is withdrawn.",
    tag=_MOVES,
    request=OFFER,
    answers={render.CREATED: TRANSFER},
    security=_BEARER,
    faults=render.WRITTEN,
)
_ACCEPT = Operation(
    summary="Accept an offered application",
    tag=_MOVES,
    answers={render.OK: APPLICATION},
    security=_BEARER,
    faults=render.WRITTEN,
)
