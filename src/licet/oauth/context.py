"""What the protocol stands on at one surface: who it is, what is kept, and what signs."""

from dataclasses import dataclass

from licet.oauth.client_keys import ClientKeys
from licet.oauth.nonces import Nonces
from licet.oauth.provider import Provider
from licet.oauth.refresh_token import RefreshTokens
from licet.oauth.ring import Ring
from licet.oauth.subject import Subjects
from licet.services.ambient import Ambient
from licet.services.clients import Clients
from licet.services.resources import Resources


@dataclass(frozen=True, slots=True)
class Context:
    """One surface as an authorization server, ready to answer."""

    provider: Provider
    ambient: Ambient
    clients: Clients
    resources: Resources
    ring: Ring
    refresh_tokens: RefreshTokens
    subjects: Subjects
    client_keys: ClientKeys
    nonces: Nonces | None = None
    """Those that DPoP proofs must have; None where they need none."""

    def now(self) -> int:
        """The present moment, ms."""
        return self.ambient.clock()

    def random(self, size: int) -> bytes:
        """Random bytes fit for keys."""
        return self.ambient.entropy(size)
