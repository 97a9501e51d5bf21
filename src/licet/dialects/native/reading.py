"""What handlers read of a request: its JSON body, its query by a shape, and the key of an idempotent call."""

import re
from typing import Any

from licet.dialects.shape import Shape
from licet.errors import MalformedRequest, UnsupportedMediaType
from licet.web.request import Request

JSON = ("application/json",)
PATCHES = (*JSON, "application/merge-patch+json")
"""RFC 7396: of a patch, an absent key keeps and a null one clears."""

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def body(request: Request, media_types: tuple[str, ...] = JSON) -> object:
    """The body, in one of these media types (UnsupportedMediaType, MalformedBody)."""
    if request.media_type not in media_types:
        raise UnsupportedMediaType(request.media_type)
    return request.json()


def optional_body(request: Request) -> object:
    """The same, where a call without a body says nothing."""
    return body(request) if request.body or request.media_type else {}


def query(request: Request, shape: Shape) -> dict[str, Any]:
    """The query in our words (Invalid, MalformedRequest)."""
    return shape.decode(request.query_one())


def idempotency_key(request: Request) -> str | None:
    """The key under which a call is made once, if the caller gave one (MalformedRequest)."""
    keys = request.headers_all("idempotency-key")
    if not keys:
        return None
    if len(keys) > 1 or _KEY.fullmatch(keys[0]) is None:
        raise MalformedRequest("Idempotency-Key is one value of 1 to 255 visible ASCII characters.")
    return keys[0]
