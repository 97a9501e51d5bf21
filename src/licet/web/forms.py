"""Forms that only the page we made may send: from our own site, from the browser that got it, about what it showed."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson

from licet.domain.ids import base64url
from licet.errors import CrossSite, MalformedRequest
from licet.web.csrf import same_site
from licet.web.request import Request

FIELD = "form"


@dataclass(frozen=True, slots=True)
class Forms:
    """Makes and checks the token of a form; it is of no use in another browser, nor for anything else than it names."""

    key: bytes

    def token(self, browser: str, *about: str) -> str:
        """The token of a form for a browser, about everything that sending it will be taken to mean."""
        tag = hmac.digest(self.key, orjson.dumps(["form", browser, *about]), sha256)
        return base64url(tag).decode()

    def check(self, said: Mapping[str, str], browser: str, *about: str) -> None:
        """Refuse a form that was made for another browser, or about something else (MalformedRequest)."""
        right = hmac.compare_digest(said.get(FIELD, "").encode(), self.token(browser, *about).encode())
        if not (browser and right):
            raise MalformedRequest("This form is out of date, or your browser keeps no cookies. Load the page again.")


def read(request: Request) -> Mapping[str, str]:
    """What a form of our own site says (CrossSite, MalformedBody, UnsupportedMediaType)."""
    if not same_site(request):
        raise CrossSite
    return request.form()
