"""Where the answer to an authorization request goes, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass

from licet.errors import ProtocolRefusal

MODES = {
    "query": "query",
    "fragment": "fragment",
    "form_post": "form_post",
    "jwt": "query",
    "query.jwt": "query",
    "fragment.jwt": "fragment",
    "form_post.jwt": "form_post",
}
"""Response modes, and how each travels: OAuth 2.0 Multiple Response Type Encoding Practices section 2.1, OAuth 2.0 Form
Post Response Mode, and JARM section 2.3, whose answers are one signed JWT."""


@dataclass(frozen=True, slots=True)
class ReturnAddress:
    """Where the answer goes: a registered redirect URI, how, and with which `state`; without one nobody is sent.

    `issuer` is named in the answer where the surface does (RFC 9207); `requested` is False for a redirect URI that the
    request left to the registration; `found` and `describes` as in `Rules`; `signed` for whom and how, where
    the answer is to be a JWT.
    """

    redirect_uri: str
    mode: str
    state: str | None
    issuer: str | None
    requested: bool = True
    found: bool = False
    describes: bool = True
    signed: tuple[str, str] | None = None

    def success(self, code: str) -> Mapping[str, str]:
        """The parameters of a success (RFC 6749 section 4.1.2, RFC 9207 section 2)."""
        return self._with({"code": code})

    def refusal(self, refusal: ProtocolRefusal) -> Mapping[str, str]:
        """The parameters of an error (RFC 6749 section 4.1.2.1, RFC 9207 section 2)."""
        described = {"error_description": refusal.reason} if self.describes else {}
        return self._with({"error": refusal.code, **described})

    def _with(self, answer: Mapping[str, str]) -> Mapping[str, str]:
        more = {"state": self.state, "iss": self.issuer}
        return {**answer, **{name: value for name, value in more.items() if value is not None}}
