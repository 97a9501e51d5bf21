"""Secrets that must be readable again, sealed under the instance key."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from licet.domain.ids import Entropy
from licet.errors import BadSettings, Broken

KEY_BYTES = 32

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TEXT_BEGINS = len(_VERSION) + _NONCE_BYTES


class Sealer:
    """AES-256-GCM, one derived key a purpose; a sealed text opens only for the purpose and row it was sealed for.

    Sealed: one byte for the version, the nonce (96 random bits), the cipher text with its tag.
    """

    def __init__(self, key: bytes, entropy: Entropy) -> None:
        if len(key) != KEY_BYTES:
            raise BadSettings(f"the instance key has {len(key)} bytes in place of {KEY_BYTES}")
        self._key = key
        self._entropy = entropy
        self._ciphers: dict[str, AESGCM] = {}

    def seal(self, purpose: str, row: str, plain: bytes) -> bytes:
        """The plain bytes, sealed for a purpose and the row they are kept in."""
        nonce = self._entropy(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher(purpose).encrypt(nonce, plain, _bound_to(purpose, row))

    def open(self, purpose: str, row: str, sealed: bytes) -> bytes:
        """The plain bytes; raises `Broken` for another purpose, row or key, and for anything changed since."""
        if not sealed.startswith(_VERSION):
            raise Broken(f"a sealed value of {purpose} is of an unknown version")
        nonce, text = sealed[len(_VERSION) : _TEXT_BEGINS], sealed[_TEXT_BEGINS:]
        try:
            return self._cipher(purpose).decrypt(nonce, text, _bound_to(purpose, row))
        except (InvalidTag, ValueError):  # ValueError: a nonce cut short
            raise Broken(
                f"a sealed value of {purpose} does not open: changed, moved, or another instance key"
            ) from None

    def _cipher(self, purpose: str) -> AESGCM:
        if purpose not in self._ciphers:
            key = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=b"licet sealing " + purpose.encode()).derive(
                self._key
            )
            self._ciphers[purpose] = AESGCM(key)
        return self._ciphers[purpose]


def _bound_to(purpose: str, row: str) -> bytes:
    return _VERSION + f"{purpose}\0{row}".encode()
