"""`sub`: what an application calls somebody, the same in every token, answer and hint.

A pairwise subject (OpenID Connect Core section 8.1) is the person's id encrypted for the application's sector: the same
person and sector give the same name, nobody else can tell two sectors' names together, and we can read it back without
having kept it.
"""

from base64 import urlsafe_b64decode
from binascii import Error as Unreadable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from licet.domain.application import Application
from licet.domain.ids import SUBJECT, base64url

LENGTH = 38
"""Characters of a pairwise subject: 16 bytes that prove it, 12 of the id."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """Subjects of one instance; `key` has 32 bytes and is never changed, for the names would be."""

    key: bytes

    def of(self, application: Application, user_id: str | None, *, acts_for: str = "") -> str:
        """A person's, or an application's in a namespace that no person's can be in (RFC 9700 section 4.15).

        `acts_for`: the other application that an application's token speaks for.
        """
        if user_id is None:
            return f"client:{acts_for or application.client_id}"
        if application.subject_type == "public":
            return SUBJECT.spell(user_id)
        sealed = AESSIV(self.key).encrypt(bytes.fromhex(user_id), [application.sector.encode()])
        return base64url(sealed).decode()

    def read(self, application: Application, subject: str) -> str | None:
        """The id of the person whom this application calls so; None when it calls nobody so."""
        if application.subject_type == "public":
            return SUBJECT.read(subject)
        try:
            sealed = urlsafe_b64decode(subject + "==") if len(subject) == LENGTH else b""
            user_id = AESSIV(self.key).decrypt(sealed, [application.sector.encode()]).hex()
        except (InvalidTag, Unreadable, ValueError):
            return None
        # One spelling a name: what a decoder forgives is not what was handed out.
        return user_id if self.of(application, user_id) == subject else None
