"""The certificate of a client's TLS connection, as the proxy that ended it tells (RFC 8705).

Every proxy writes it another way, and all of them hold the same bytes: nginx escapes the PEM, Traefik leaves out its
marks, HAProxy sends the base64 alone, RFC 9440 puts colons round that.
"""

import hashlib
import re
from base64 import b64decode
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from cryptography import x509

from licet.domain.ids import base64url

LONGEST = 12_288
"""Characters of a header; a certificate has one to three thousand."""
_MARKS = re.compile(r"-----(?:BEGIN|END) CERTIFICATE-----|[\s:]")


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate; `verified` if the proxy found its chain to end at an authority that it was told to trust."""

    der: bytes
    verified: bool

    @property
    def thumbprint(self) -> str:
        """SHA-256 of the whole, base64url: `x5t#S256` (RFC 8705 section 3.1)."""
        return thumbprint(self.der)

    @property
    def parsed(self) -> x509.Certificate:
        """What it says; it was parsed when it was read."""
        return _parsed(self.der)


def thumbprint(der: bytes) -> str:
    """SHA-256 of a certificate, base64url."""
    return base64url(hashlib.sha256(der).digest()).decode()


def read(header: str, *, verified: bool) -> Certificate:
    """The certificate of a header (ValueError when there is not exactly one that can be read)."""
    if len(header) > LONGEST:
        raise ValueError("too long")
    der = b64decode(_MARKS.sub("", unquote(header)), validate=True)
    try:
        _parsed(der)
    except x509.InvalidVersion as fault:
        raise ValueError(str(fault)) from fault
    return Certificate(der, verified)


@lru_cache(256)
def _parsed(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)
