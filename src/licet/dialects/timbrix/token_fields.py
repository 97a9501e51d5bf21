"""What clients send to authorize and to get tokens: the tables of these requests, in this surface's names and OAuth's.

A JSON body has the names of the first column, a form the standard's, which are ours.
"""

from dataclasses import replace

from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.dialects.timbrix import formats
from licet.dialects.timbrix.scopes import NAMES
from licet.domain.application import AUTHORIZATION_CODE
from licet.domain.kinds import Choice, Text, Texts

LONGEST = 4096
_VALUE = Text(1, LONGEST)


def _needed(theirs: str, ours: str, about: str) -> Field:
    return Field(theirs=theirs, ours=ours, kind=_VALUE, absent=Absent.REFUSE, about=about)


def _names(value: object) -> object:
    """Scopes between commas or blanks, each once."""
    return list(dict.fromkeys(value.replace(",", " ").split())) if isinstance(value, str) else value


def _joined(names: list[str], _present: object) -> str:
    return " ".join(dict.fromkeys(names))


CLIENT_ID = _needed("clientId", "client_id", "May be left out beside HTTP Basic.")
CLIENT_SECRET = _needed("clientSecret", "client_secret", "May be left out beside HTTP Basic.")

AUTHORIZATION = Shape(
    name="Authorization",
    fields=(
        _needed("client_id", "client_id", "The application."),
        _needed("redirect_uri", "redirect_uri", "One of its own, to the letter; with a challenge any loopback port."),
        Field(
            theirs="scope",
            ours="scope",
            kind=Texts(Choice(NAMES), minimum=1),
            absent=Absent.REFUSE,
            coerce=_names,
            take=_joined,
            accepts={"type": "string"},
            about="Separated by commas, or by blanks.",
        ),
        _needed("state", "state", "Comes back with the answer."),
        replace(_needed("response_type", "response_type", "`code`."), kind=Choice(("code",))),
        Field(theirs="code_challenge", ours="code_challenge", kind=_VALUE, about="RFC 7636."),
        Field(
            theirs="code_challenge_method",
            ours="code_challenge_method",
            kind=Choice(("S256", "plain")),
            about="`plain` if left out.",
        ),
    ),
    unknown=Unknown.IGNORE,
)
EXCHANGE = Shape(
    name="Exchange",
    fields=(
        replace(_needed("grantType", "grant_type", ""), kind=Choice((AUTHORIZATION_CODE,))),
        _needed("code", "code", "Good once."),
        CLIENT_ID,
        CLIENT_SECRET,
        _needed("redirectUri", "redirect_uri", "The one that the code was sent to."),
        Field(
            theirs="codeVerifier",
            ours="code_verifier",
            kind=Text(43, 128),
            about="Needed for a code with a challenge, refused for one without.",
        ),
    ),
    unknown=Unknown.REFUSE,
)
OWN = Shape(
    name="OwnToken",
    fields=(
        CLIENT_ID,
        CLIENT_SECRET,
        Field(
            theirs="scopes",
            ours="scope",
            kind=Texts(Choice(NAMES), minimum=1),
            absent=Absent.REFUSE,
            take=_joined,
            about="Of the application's own.",
        ),
        Field(
            theirs="userId",
            ours="user_id",
            kind=_VALUE,
            take=lambda value, _: formats.read_user(value),
            about="A member of the organization who has allowed the application these scopes.",
        ),
    ),
    unknown=Unknown.REFUSE,
)
REFRESH = Shape(
    name="Refresh",
    fields=(
        _needed("refreshToken", "refresh_token", "Good once."),
        replace(CLIENT_ID, absent=Absent.KEEP, about="Checked if it is there."),
        replace(CLIENT_SECRET, absent=Absent.KEEP, about="Checked if it is there."),
    ),
    unknown=Unknown.REFUSE,
)
PRESENTED = Shape(
    name="PresentedToken",
    fields=(
        _needed("token", "token", "An access token or a refresh token."),
        *(
            Field(theirs=name, ours=name, kind=_VALUE, about=about)
            for name, about in (
                ("token_type_hint", "A wrong one does no harm."),
                ("client_id", "May be left out beside HTTP Basic."),
                ("client_secret", "May be left out beside HTTP Basic."),
            )
        ),
    ),
    unknown=Unknown.IGNORE,
)


def proven_apart(shape: Shape) -> Shape:
    """The same body beside HTTP Basic."""
    return shape.having(shape.name, clientId=Absent.KEEP, clientSecret=Absent.KEEP)
