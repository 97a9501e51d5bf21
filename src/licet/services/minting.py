"""How a client secret comes to be: its value is said once, and its digest is kept.

A sealed copy is kept only for applications whose secrets may be shown again, or that prove themselves by what was made
with one (`client_secret_jwt`).
"""

from dataclasses import dataclass

from licet.domain.actor import Actor
from licet.domain.application import Application
from licet.domain.secret import Form, Secret, digest, tail
from licet.services.ambient import Ambient

PURPOSE = "client_secret"
"""What a sealed copy is for; bound into the seal beside the secret's id."""


@dataclass(frozen=True, slots=True)
class Minted:
    """A new secret and its plain value, which nobody can ask for again."""

    secret: Secret
    value: str


def mint(
    ambient: Ambient,
    application: Application,
    form: Form,
    *,
    actor: Actor,
    label: str = "",
    expires_at: int | None = None,
) -> Minted:
    """A new secret of an application in a surface's form."""
    value = form.make(ambient.entropy)
    secret_id = ambient.id()
    sealed = None
    if application.seals_secrets:
        sealed = ambient.sealer.seal(PURPOSE, secret_id, value.encode())
    secret = Secret(
        id=secret_id,
        application_id=application.id,
        label=label,
        tail=tail(value),
        digest=digest(value),
        sealed=sealed,
        created_at=ambient.clock(),
        created_by=actor.id,
        expires_at=expires_at,
    )
    return Minted(secret, value)


def reveal(ambient: Ambient, secret: Secret) -> str | None:
    """The plain value of a secret that has a sealed copy; None for all others."""
    if secret.sealed is None:
        return None
    return ambient.sealer.open(PURPOSE, secret.id, secret.sealed).decode()
