"""Strict readers of what arrives as bytes: JSON, percent-encoding, name and value pairs.

Every reader refuses what two parsers could read in two ways.
"""

import json
import math
import re
from typing import NoReturn
from urllib.parse import unquote_to_bytes

from licet import errors

MAX_DEPTH = 32
MAX_PAIRS = 256
_MAX_INTEGER_DIGITS = 18  # what every JSON library holds in 64 bits

_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
# A NUL (no engine keeps it as text) or a surrogate, behind an odd number of backslashes.
_DOUBTFUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE = re.compile("[\ud800-\udfff]")


def percent_decode(text: str) -> str:
    """A percent-encoded piece decoded once; ValueError when an escape is broken or the bytes are not UTF-8."""
    if "%" not in text:
        return text
    if _BROKEN_ESCAPE.search(text):
        raise ValueError("broken percent-encoding")
    return unquote_to_bytes(text).decode()


def parse_path(raw: str) -> list[str]:
    """The segments of a raw path, each decoded once; MalformedRequest when one cannot be."""
    if raw.isascii() and raw.isprintable() and "%" not in raw:  # as nearly every path is
        return raw.split("/")[1:]
    try:
        raw.encode("ascii")  # bytes beyond it travel as escapes
        segments = [percent_decode(segment) for segment in raw.split("/")]
    except ValueError:
        raise errors.MalformedRequest("The path is not valid percent-encoded UTF-8.") from None
    if any(_CONTROL.search(segment) for segment in segments):
        raise errors.MalformedRequest("The path holds a control character.")
    return segments[1:]


def parse_pairs(raw: bytes, failure: type[errors.MalformedRequest] = errors.MalformedRequest) -> list[tuple[str, str]]:
    """Pairs of a query or form body, in order; `failure` when they cannot be read or are more than MAX_PAIRS."""
    try:
        text = raw.replace(b"+", b" ").decode()
        pairs = [(name, value) for name, _, value in [piece.partition("=") for piece in text.split("&") if piece]]
        if "%" in text:
            pairs = [(percent_decode(name), percent_decode(value)) for name, value in pairs]
    except ValueError:
        raise failure("The parameters are not valid percent-encoded UTF-8.") from None
    if len(pairs) > MAX_PAIRS:
        raise failure(f"There are more than {MAX_PAIRS} parameters.")
    if b"\0" in raw or b"%00" in raw:
        raise failure("A parameter holds a NUL character.")
    return pairs


def parse_single(raw: bytes, failure: type[errors.MalformedRequest] = errors.MalformedRequest) -> dict[str, str]:
    """As `parse_pairs`, each name once; `failure` when one is repeated."""
    pairs = parse_pairs(raw, failure)
    single = dict(pairs)
    if len(single) != len(pairs):
        # RFC 6749 §3.1: parameters must not be included more than once.
        raise failure("A parameter is given more than once.")
    return single


def parse_json(raw: bytes) -> object:
    """The value of a JSON text (RFC 8259, narrowed to RFC 7493); MalformedBody says what is wrong with it."""
    try:
        value: object = _DECODER.decode(raw.decode())
    except UnicodeDecodeError:
        raise errors.MalformedBody("The body is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise errors.MalformedBody("The body is not valid JSON.") from None
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _deeper(value, MAX_DEPTH):
        raise errors.MalformedBody(f"The body is nested deeper than {MAX_DEPTH} levels.")
    if b"\\u" in raw and _DOUBTFUL_ESCAPE.search(raw):
        _refuse_doubtful(value)
    return value


def _deeper(value: object, levels: int) -> bool:
    level = [value]
    for _ in range(levels + 1):
        level = [child for node in level for child in _children(node)]
        if not level:
            return False
    return True


def _children(node: object) -> list[object]:
    """Containers count themselves through a placeholder, so that an empty one still is a level."""
    if isinstance(node, dict):
        return [None, *node.values()]
    return [None, *node] if isinstance(node, list) else []


def _refuse_doubtful(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    if _SURROGATE.search(text):
        raise errors.MalformedBody("The body holds half of a surrogate pair.")
    if "\\u0000" in text.replace("\\\\", ""):
        raise errors.MalformedBody("The body holds a NUL character.")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise errors.MalformedBody("An object names a key more than once.")
    return value


def _integer(digits: str) -> int:
    if len(digits) > _MAX_INTEGER_DIGITS:
        raise errors.MalformedBody("A number is too large.")
    return int(digits)


def _real(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise errors.MalformedBody("A number is too large.")
    return number


def _constant(name: str) -> NoReturn:
    raise errors.MalformedBody(f"{name} is not JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_real, parse_constant=_constant)
