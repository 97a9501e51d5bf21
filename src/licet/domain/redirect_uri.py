"""Where people may be sent back: the one rule for every surface, at registration and at every request.

The text is judged as it stands. Nothing is normalized, decoded or repaired before it is stored or compared; what
browsers (WHATWG) would read as another host is refused, so that all who read the URI later read the same.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import ada_url

from licet.domain.text import text_fault

MAXIMUM_BYTES = 2048
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "[::1]", "localhost"})
RESERVED_PARAMETERS = frozenset({"code", "state", "iss", "error", "id_token", "response"})
REFUSED_SCHEMES = frozenset(
    {
        # They run, read or write something, or go nowhere.
        *("javascript", "data", "vbscript", "file", "blob", "about", "mailto"),
        *("filesystem", "view-source", "intent", "urn"),
        # Registered for something else, so not for private use.
        *("ftp", "ws", "wss"),
    }
)


class Kind(Enum):
    """What a redirect URI is by its scheme and host."""

    HTTPS = "https"
    LOOPBACK = "loopback"
    PRIVATE_USE = "private_use"
    INSECURE_HTTP = "insecure_http"


class Parts(NamedTuple):
    """A URI cut at its delimiters (RFC 3986 section 3) and otherwise untouched; `None` is absent, `""` empty."""

    scheme: str
    authority: str | None
    path: str
    query: str | None

    @property
    def kind(self) -> Kind:
        """By scheme and host alone; says nothing about the rest."""
        match self.scheme.lower():
            case "https":
                return Kind.HTTPS
            case "http":
                return Kind.LOOPBACK if self.host in LOOPBACK_HOSTS else Kind.INSECURE_HTTP
            case _:
                return Kind.PRIVATE_USE

    @property
    def host(self) -> str | None:
        """The host as written, without the port; None if the authority is absent or not one of ours."""
        found = _AUTHORITY.fullmatch(self.authority or "")
        return found["host"] if found else None


_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?]*))?([^?]*)(\?.*)?")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)(?::[0-9]{1,5})?")
_CHARACTERS = re.compile(r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})*")  # RFC 3986 §2
_ENCODED_PATH = re.compile(r"%(?:2[ef]|5c)", re.IGNORECASE)


def fault(uri: str, *, allow_insecure: bool = False) -> str | None:
    """Why a URI may not be registered or redirected to, as the end of a sentence about it; None if it may.

    `allow_insecure` lets plain http beyond loopback pass, for the surfaces that register it and mark it.
    """
    if len(uri.encode("utf-8", "surrogatepass")) > MAXIMUM_BYTES:
        return f"must not exceed {MAXIMUM_BYTES} bytes"
    return _judged(uri, allow_insecure=allow_insecure)


def classify(uri: str) -> Kind | None:
    """The kind of an allowed URI; None for what is no URI at all."""
    parts = _parts(uri)
    return parts and parts.kind


def is_insecure(uri: str) -> bool:
    """Whether it is plain http beyond loopback: shown and marked, redirected to only if the operator allows it."""
    return uri[:5].lower() == "http:" and classify(uri) is Kind.INSECURE_HTTP  # most are told by their scheme


def host(uri: str) -> str | None:
    """The host that a list is filtered by, in lower case, without the port; None where there is none."""
    parts = _parts(uri)
    return parts.host.lower() if parts and parts.host else None


def web_host(url: str) -> str | None:
    """The host that an https URL of a link leads to; None where it names a user, or readers could disagree."""
    url = url.partition("#")[0]
    parts = _parts(url)
    if parts is None or parts.scheme.lower() != "https" or parts.host is None or "@" in (parts.authority or ""):
        return None
    return parts.host.lower() if not _unclean(url) and "\\" not in url and _browsers_agree(url, parts) else None


def finding(uri: str) -> str | None:
    """A weakness of an allowed URI, by name; None if there is nothing to say."""
    parts = _parts(uri)
    # RFC 8252 §7.1, §8.4: any app can claim such a scheme, and nobody's domain name stands behind it.
    if parts and parts.kind is Kind.PRIVATE_USE and "." not in parts.scheme:
        return "scheme_without_dot"
    return None


def matches(registered: str, requested: str, *, any_port: bool) -> bool:
    """Whether a request names a registered URI: the same text, or on loopback the same but for the port.

    `any_port` is the surface's: RFC 8252 section 7.3 asks for it, some dialects only with a challenge.
    """
    if registered == requested:
        return True
    loopback = _but_port(registered)
    return any_port and loopback is not None and loopback == _but_port(requested) and fault(requested) is None


def _but_port(uri: str) -> Parts | None:
    parts = _parts(uri)
    return parts._replace(authority=parts.host) if parts and parts.kind is Kind.LOOPBACK else None


def _parts(uri: str) -> Parts | None:
    found = _URI.fullmatch(uri)
    return Parts(*found.groups()) if found else None


@lru_cache(4096)  # every write of an application judges all of its URIs again
def _judged(uri: str, *, allow_insecure: bool) -> str | None:
    return next(_faults(uri, allow_insecure=allow_insecure), None)


def _faults(uri: str, *, allow_insecure: bool) -> Iterator[str]:
    yield from (sentence for broken, sentence in _OF_THE_TEXT if broken(uri))
    parts = _parts(uri)
    if parts is None:
        yield "must be an absolute URI"
        return
    yield from (sentence for broken, sentence in _OF_THE_PARTS if broken(parts))
    if not _browsers_agree(uri, parts):
        yield "must name a host that every reader reads alike"
    if parts.kind is Kind.INSECURE_HTTP and not allow_insecure:
        yield "must be https, except on 127.0.0.1, [::1] and localhost"


def _unclean(uri: str) -> bool:
    return text_fault(uri) is not None or any(character.isspace() for character in uri)


def _decoded(uri: str) -> str:
    return unquote_to_bytes(uri).decode("utf-8", "replace")


def _misencoded(uri: str) -> bool:
    # Over-long UTF-8 (`%c0%ae`) is a dot or a slash to a careless decoder.
    return "\ufffd" in _decoded(uri)


def _segments(parts: Parts) -> list[str]:
    # Some servers cut `;parameters` from a segment before they resolve dots.
    return [segment.partition(";")[0] for segment in parts.path.split("/")]


def _parameters(parts: Parts) -> set[str]:
    return {_decoded(pair.partition("=")[0]) for pair in re.split("[&;]", (parts.query or "")[1:])}


def _without_host(parts: Parts) -> bool:
    if parts.kind is not Kind.PRIVATE_USE or parts.authority:
        return parts.host is None
    return parts.authority is None and not parts.path.startswith("/")


def _browsers_agree(uri: str, parts: Parts) -> bool:
    if not ada_url.check_url(uri):
        return False
    return ada_url.URL(uri).hostname.lower() == (parts.host or "").lower()


_OF_THE_TEXT: tuple[tuple[Callable[[str], bool], str], ...] = (
    (_unclean, "must not contain white space or control characters"),
    (lambda uri: "\\" in uri, "must not contain a backslash"),
    (lambda uri: "#" in uri, "must not have a fragment"),
    (lambda uri: not _CHARACTERS.fullmatch(uri), "must consist of URI characters"),
    (_misencoded, "must be percent-encoded UTF-8"),
    (lambda uri: _unclean(_decoded(uri)), "must not contain encoded white space or control characters"),
    (lambda uri: not {"\\", "#"}.isdisjoint(_decoded(uri)), "must not contain an encoded backslash or fragment"),
)
_OF_THE_PARTS: tuple[tuple[Callable[[Parts], bool], str], ...] = (
    (lambda parts: parts.scheme.lower() in REFUSED_SCHEMES, "must not use this scheme"),
    (lambda parts: "@" in (parts.authority or ""), "must not name a user"),
    (lambda parts: "*" in (parts.authority or ""), "must not have a wildcard in its host"),
    (_without_host, "must be an absolute URI with a valid host"),
    (lambda parts: _ENCODED_PATH.search(parts.path) is not None, "must not have an encoded slash or dot in its path"),
    (lambda parts: not {".", ".."}.isdisjoint(_segments(parts)), "must not have dot segments"),
    (lambda parts: not RESERVED_PARAMETERS.isdisjoint(_parameters(parts)), "must not have parameters of the answer"),
)
