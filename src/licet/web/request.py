"""One request as handlers see it: read once, bounded, decoded strictly."""

from functools import lru_cache
from urllib.parse import unquote

from licet import errors
from licet.web.asgi import Scope
from licet.web.parsing import parse_json, parse_pairs, parse_single

FORM = "application/x-www-form-urlencoded"


class Request:
    """What a caller sent; `body` is whole and bounded before a handler sees it.

    `certificate` is what a trusted proxy gave as the client's, and whether it verified it. `client` is the caller's
    address, the peer's until trusted proxies are heard, `host` the authority they used, `origin` the configured
    public origin behind that authority, `route` the pattern that matched and `params` its path parameters.
    """

    __slots__ = (
        "_first",
        "_headers",
        "body",
        "certificate",
        "client",
        "host",
        "method",
        "origin",
        "params",
        "raw_path",
        "raw_query",
        "request_id",
        "route",
        "scheme",
    )

    def __init__(self, scope: Scope, request_id: str) -> None:
        self._headers: list[tuple[bytes, bytes]] = scope["headers"]
        self._first = dict(reversed(self._headers))
        self.method: str = scope["method"]
        self.raw_path: str = scope["raw_path"].decode("latin-1")
        self.raw_query: bytes = scope["query_string"]
        self.scheme: str = scope["scheme"]
        self.request_id = request_id
        self.certificate: tuple[str, bool] | None = None
        self.client: str = (scope["client"] or ("",))[0]
        self.host = ""
        self.origin = ""
        self.route = ""
        self.params: dict[str, str] = {}
        self.body = b""

    @property
    def path(self) -> str:
        """The path, decoded once; a path that cannot be decoded was refused before any handler ran."""
        return unquote(self.raw_path)

    def header(self, name: str) -> str | None:
        """The first header of that name, or None."""
        value = self._first.get(_field_name(name))
        return None if value is None else value.decode("latin-1")

    def headers_all(self, name: str) -> list[str]:
        """Every header of that name, in order."""
        wanted = _field_name(name)
        value = self._first.get(wanted)
        if value is None:
            return []
        if len(self._first) == len(self._headers):  # no name is repeated
            return [value.decode("latin-1")]
        return [value.decode("latin-1") for key, value in self._headers if key == wanted]

    @property
    def media_type(self) -> str:
        """The body's media type in lower case, without parameters; empty when none is named."""
        return _media_type(self._first.get(b"content-type", b""))

    def query(self) -> list[tuple[str, str]]:
        """The query's pairs in order; MalformedRequest when they cannot be read."""
        return parse_pairs(self.raw_query)

    def query_one(self) -> dict[str, str]:
        """The query with each name once; MalformedRequest when a name is repeated."""
        return parse_single(self.raw_query)

    def cookies(self) -> dict[str, str]:
        """The cookies by name; of a repeated name the first, which RFC 6265 §5.4 puts the most specific path to."""
        jar: dict[str, str] = {}
        for line in self.headers_all("cookie"):
            for piece in line.split(";"):
                name, found, value = piece.strip().partition("=")
                if found:
                    jar.setdefault(name, value)
        return jar

    def json(self) -> object:
        """The body as JSON; UnsupportedMediaType when it is not said to be, MalformedBody when it is not."""
        kind = self.media_type
        if kind != "application/json" and not kind.endswith("+json"):
            raise errors.UnsupportedMediaType(kind)
        return parse_json(self.body)

    def form(self) -> dict[str, str]:
        """The body as a form, each name once; UnsupportedMediaType when it is not said to be one, or MalformedBody."""
        self._require_form()
        return parse_single(self.body, errors.MalformedBody)

    def form_pairs(self) -> list[tuple[str, str]]:
        """The same as pairs in order, for forms where a name may be repeated."""
        self._require_form()
        return parse_pairs(self.body, errors.MalformedBody)

    def _require_form(self) -> None:
        kind = self.media_type
        if kind != FORM:
            raise errors.UnsupportedMediaType(kind)


@lru_cache(256)
def _field_name(name: str) -> bytes:
    return name.lower().encode()


@lru_cache(64)
def _media_type(header: bytes) -> str:
    return header.decode("latin-1").partition(";")[0].strip().lower()
