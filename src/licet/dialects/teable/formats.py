"""How this surface writes what the house keeps: ids, random values, masks and times."""

import base64
import re
from datetime import UTC, datetime, timedelta

from licet.domain.ids import Entropy, Spelling
from licet.domain.secret import Form, Secret

SURFACE = "teable"

LOWER = "0123456789abcdefghijklmnopqrstuvwxyz"
ALPHANUMERIC = LOWER + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

ROW_ID = Spelling("c", LOWER, 24)
"""Ids of applications and of their secrets."""
USER_ID = Spelling("usr", ALPHANUMERIC, 17)
TOKEN_ID = Spelling("acc", ALPHANUMERIC, 17)

CLIENT_ID = Form("clt", LOWER, 16)
CLIENT_SECRET = Form("", LOWER, 40)
SESSION = Form("", ALPHANUMERIC, 43)
CODE = Form("", ALPHANUMERIC, 16)
"""Authorization codes and transactions: 95 bits for five or ten minutes, as this product's clients expect."""
DEVICE = Form("", ALPHANUMERIC, 32)
USER_CODE = Form("", "BCDFGHJKMNPQRSTVWXZ", 8)


class AccessTokenForm(Form):
    """A form with 32 random bytes in base64 behind it."""

    __slots__ = ()

    def make(self, entropy: Entropy) -> str:
        """A new value; `entropy(n)` gives n random bytes."""
        return f"{super().make(entropy)}_{base64.b64encode(entropy(32)).decode()}"


ACCESS_TOKEN = AccessTokenForm("teable_acc", ALPHANUMERIC, 16)
BEARER = re.compile(r"Bearer (teable_acc[0-9A-Za-z]{16}_[A-Za-z0-9+/]{43}=)")
"""The whole Authorization header: the scheme word in this case, one space, a token of the form above."""

_NO_LETTER = re.compile("[^A-Z]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def mask(secret: Secret) -> str:
    """What is shown of a client secret once its value has been said."""
    return "*" * 30 + secret.tail


def written(moment: int | None) -> str | None:
    """A time (ms) in ISO 8601, UTC, to the millisecond; None for none."""
    if moment is None:
        return None
    return (_EPOCH + timedelta(milliseconds=moment)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def typed(text: str) -> str:
    """A user code as it is kept, however a person wrote it: in any case, with anything between its letters."""
    return _NO_LETTER.sub("", text.upper())
