"""The bodies of the protocol's endpoints as tables."""

from typing import Any

from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.dialects.teable.fields import Password
from licet.dialects.teable.scopes import NAMES
from licet.domain.kinds import Flag, Kind, Number, Text, Texts
from licet.domain.scope import spelled

_SAID = Password()
"""Any string: what is wrong with a credential is said in the protocol's words."""
_SECONDS = Number(0, 2**53)


def _sent(name: str, about: str, kind: Kind = _SAID, absent: Absent = Absent.KEEP) -> Field:
    return Field(theirs=name, ours=name, kind=kind, absent=absent, about=about)


def _told(name: str, about: str, kind: Kind | None = None, **more: Any) -> Field:  # noqa: ANN401 - attributes of a field
    return Field(theirs=name, ours=name, kind=kind or Text(), read_only=True, about=about, **more)


TOKEN_REQUEST = Shape(
    name="TokenRequest",
    unknown=Unknown.IGNORE,
    fields=(
        _sent("grant_type", "`authorization_code`, `refresh_token` or the device grant's URN."),
        _sent("client_id", "Who asks, where HTTP Basic does not say it."),
        _sent("client_secret", "Its secret, if it has one."),
        _sent("code", "The authorization code."),
        _sent("redirect_uri", "Where the code was sent, always."),
        _sent("code_verifier", "RFC 7636; instead of a secret, or beside it."),
        _sent("refresh_token", "The last one handed out."),
        _sent("device_code", "What a device polls with."),
    ),
)
TOKENS = Shape(
    name="Tokens",
    unknown=Unknown.IGNORE,
    omits_none=True,
    fields=(
        _told("access_token", "`teable_acc...`."),
        _told("refresh_token", "Good once."),
        _told("scopes", "What was given, a list.", Texts(Text())),
        _told("expires_in", "Seconds of the access token.", _SECONDS),
        _told("refresh_expires_in", "Seconds of the refresh token.", _SECONDS),
        _told("token_type", "`Bearer`."),
    ),
)
DEVICE_REQUEST = Shape(
    name="DeviceRequest",
    unknown=Unknown.IGNORE,
    fields=(
        _sent("client_id", "The application."),
        _sent("scope", "Scopes with blanks or commas between them; all that it has when left out."),
    ),
)
DEVICE_CODE = Shape(
    name="DeviceCode",
    unknown=Unknown.IGNORE,
    fields=(
        _told("device_code", "What the device polls with."),
        _told("user_code", "What it shows."),
        _told("verification_uri", "Where a person types the code."),
        _told("expires_in", "Seconds.", _SECONDS),
        _told("interval", "Seconds between polls.", _SECONDS),
    ),
)
DEVICE_DECISION = Shape(
    name="DeviceDecision",
    unknown=Unknown.IGNORE,
    fields=(
        _sent("userCode", "As the device shows it.", absent=Absent.REFUSE),
        _sent("approve", "Yes or no.", Flag(), Absent.REFUSE),
    ),
)
DECISION = Shape(
    name="Decision",
    unknown=Unknown.IGNORE,
    fields=(
        _sent("transaction_id", "The transaction of the consent page.", absent=Absent.REFUSE),
        _sent("cancel", "Anything but nothing denies."),
    ),
)
MUTED = Shape(
    name="Muted",
    unknown=Unknown.IGNORE,
    fields=(_sent("muted", "Whether its notifications are kept from you.", Flag(), Absent.REFUSE),),
)
ASKED = Shape(
    name="Asked",
    unknown=Unknown.IGNORE,
    omits_none=True,
    fields=(
        _told("name", "The application's name.", show=lambda asked: asked.application.client_name or ""),
        _told("homepage", "Its home page.", show=lambda asked: asked.application.client_uri or ""),
        _told("scopes", "What is asked for.", Texts(Text()), show=lambda asked: spelled(asked.scope, NAMES)),
        _told("description", "What it is for.", show=lambda asked: asked.application.description),
        _told("logo", "Its logo.", show=lambda asked: asked.application.logo_uri),
    ),
)
