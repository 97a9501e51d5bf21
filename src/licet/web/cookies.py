"""Cookies: how one is set, and how its value is sealed against change."""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from licet.domain.ids import base64url
from licet.web.reply import Pair

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")  # RFC 6265 §4.1.1


@dataclass(frozen=True, slots=True)
class Cookie:
    """What a cookie is called and where it goes; never readable by scripts. `secure` is false on plain loopback only.

    A `host_only` cookie is called `__Host-<name>` where it is secure, so that no sibling domain can plant one.
    """

    name: str
    secure: bool
    host_only: bool = False
    path: str = "/"
    same_site: Literal["Lax", "Strict", "None"] = "Lax"

    @property
    def wire_name(self) -> str:
        """The name that browsers see and send back."""
        return f"__Host-{self.name}" if self.host_only and self.secure else self.name


def set_cookie(cookie: Cookie, value: str, max_age: int | None = None) -> Pair:
    """The `Set-Cookie` header; `max_age` in seconds, None until the browser closes. ValueError for an unfit value."""
    if not _NAME.fullmatch(cookie.name) or not _VALUE.fullmatch(value) or (cookie.host_only and cookie.path != "/"):
        raise ValueError("a cookie's name, value and path are plain, and a host's own cookie has the path /")
    attributes = [f"{cookie.wire_name}={value}", f"Path={cookie.path}"]
    if max_age is not None:
        attributes.append(f"Max-Age={max_age}")
    if cookie.secure:
        attributes.append("Secure")
    attributes += ["HttpOnly", f"SameSite={cookie.same_site}"]
    return "set-cookie", "; ".join(attributes)


def clear_cookie(cookie: Cookie) -> Pair:
    """The header that makes a browser forget the cookie."""
    return set_cookie(cookie, "", max_age=0)


def sign(value: str, key: bytes) -> str:
    """The value with its HMAC-SHA256 behind a dot."""
    return f"{value}.{_tag(value, key)}"


def unsign(signed: str, key: bytes) -> str | None:
    """The value, or None when this key did not sign it."""
    value, _, tag = signed.rpartition(".")
    return value if hmac.compare_digest(tag.encode(), _tag(value, key).encode()) else None


def _tag(value: str, key: bytes) -> str:
    return base64url(hmac.digest(key, value.encode(), sha256)).decode()
