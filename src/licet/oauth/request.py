"""What arrives at an endpoint of the protocol, in OAuth's words, whatever the surface calls it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from licet.oauth.certificate import Certificate


class Held(NamedTuple):
    """What a request shows of keys that its sender holds.

    Attributes:
        proofs: every `DPoP` header (RFC 9449), and `method` and `url` of the request that they must speak of.
        certificate: of the client's TLS connection (RFC 8705); None when it has none that can be believed.
    """

    proofs: tuple[str, ...]
    method: str
    url: str
    certificate: Certificate | None = None


class TokenRequest(NamedTuple):
    """One request of a client to an endpoint where it authenticates (RFC 6749 section 3.2).

    Attributes:
        parameters: the form, each name once; client credentials included.
        resources: every `resource` parameter (RFC 8707 section 2), the only one that may repeat.
        basic: user name and password of HTTP Basic, decoded as RFC 6749 section 2.3.1 says; None when there was none.
        address: who called, for the log and for limits.
        held: keys that the request shows to be held; None when it shows none, as most do.
    """

    parameters: Mapping[str, str]
    resources: tuple[str, ...] = ()
    basic: tuple[str, str] | None = None
    address: str = ""
    held: Held | None = None

    def get(self, name: str) -> str | None:
        """A parameter; RFC 6749 section 3.1: one sent without a value is as if omitted."""
        return self.parameters.get(name) or None

    @property
    def client_id(self) -> str | None:
        """Who the request says it is from, proven or not."""
        return self.basic[0] if self.basic is not None else self.get("client_id")

    def only(self, names: tuple[str, ...]) -> "TokenRequest":
        """The same with only these parameters: what a grant does not declare never reaches it."""
        kept = {name: value for name, value in self.parameters.items() if name in names}
        resources = self.resources if "resource" in names else ()
        return TokenRequest(kept, resources, self.basic, self.address, self.held)


class Brought(NamedTuple):
    """An access token as a request brings it: its HTTP scheme in lower case, and the keys that the request shows."""

    token: str
    scheme: str = "bearer"
    held: Held | None = None


class TokenAnswer(NamedTuple):
    """A successful token response (RFC 6749 section 5.1), in our words."""

    access_token: str
    expires_in: int
    scope: tuple[str, ...]
    refresh_token: str | None = None
    id_token: str | None = None
    token_type: str = "Bearer"
    more: Mapping[str, object] = MappingProxyType({})
