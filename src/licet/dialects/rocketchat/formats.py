"""How this surface writes ids, secrets, tokens, times and lists of redirect URIs."""

import re
import string
from datetime import UTC, datetime
from typing import Final

from licet.domain.ids import SUBJECT, Spelling
from licet.domain.secret import Form
from licet.domain.text import trimmed
from licet.services.sessions import DAY, SessionKind

NAME: Final = "rocketchat"

USER_ID: Final[Spelling] = SUBJECT
"""A user's `_id`; an application's is the internal id itself."""
CLIENT_ID: Final = Form("", SUBJECT.alphabet, 17)
SECRET: Final = Form("", string.ascii_letters + string.digits + "-_", 43)
"""256 bits; login tokens and personal access tokens are written alike."""
SESSION: Final = SessionKind(NAME, SECRET, 90 * DAY, keep=50)
LAST_PART: Final = 6
"""How many last characters of a personal access token its owner is shown."""


def written_time(moment: int) -> str:
    """A moment (ms since the epoch) as ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def joined(redirect_uris: tuple[str, ...]) -> str:
    """Redirect URIs as the one string that this surface shows."""
    return ",".join(redirect_uris)


def parted(redirect_uri: str) -> tuple[str, ...]:
    """The URIs of such a string: parted by commas and line breaks, without blanks around them, duplicates kept."""
    return tuple(filter(None, map(trimmed, re.split("[,\n]", redirect_uri))))
