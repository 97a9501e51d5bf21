"""Other origins at this surface: every answer may be read by all, and a pre-flight says what the operator set."""

from licet.dialects.rocketchat import render
from licet.web.reply import Pair, Reply
from licet.web.request import Request

CORS = "rocketchat_cors"
OFF, ANY = "off", "*"
EVERYBODY: Pair = ("access-control-allow-origin", ANY)
HEADERS: Pair = (
    "access-control-allow-headers",
    (
        "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token, x-visitor-token, Authorization, "
        "MCP-Protocol-Version"
    ),
)
ALLOWED_METHODS: Pair = ("access-control-allow-methods", "GET, POST, PUT, DELETE, HEAD, PATCH")


class Preflight:
    """Answers OPTIONS by one setting: `off`, `*`, or origins parted by commas or blanks."""

    def __init__(self, setting: str) -> None:
        self._enabled = setting != OFF
        self._origins = frozenset(setting.lower().replace(",", " ").split()) if self._enabled else frozenset()

    async def answer(self, request: Request) -> Reply:
        """Whether a page of the asking origin may go on."""
        origin = request.header("origin") or ""
        if not self._enabled:
            return render.cors_off()
        if ANY in self._origins:
            return render.preflight([EVERYBODY, HEADERS, ALLOWED_METHODS])
        if origin not in self._origins:
            return render.foreign_origin()
        allowed = ("access-control-allow-origin", origin)
        return render.preflight([allowed, HEADERS, ALLOWED_METHODS, ("vary", "Origin")])
