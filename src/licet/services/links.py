"""One-time links, and codes that work like them: the value is said once, its digest is kept."""

from collections.abc import Mapping

from licet.domain.secret import Form, digest
from licet.domain.user import Link, LinkPurpose
from licet.services.ambient import Ambient

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LINK, _CODE = Form("", _ALPHABET, 43), Form("", _ALPHABET, 64)
_DAY = 86_400_000
_KINDS: Mapping[LinkPurpose, tuple[Form, int]] = {
    "invitation": (_LINK, 3 * _DAY),
    "setup": (_LINK, 3 * _DAY),
    "login": (_CODE, 60_000),
}
"""How the value looks, and how long it is good (ms)."""


def new(
    ambient: Ambient,
    purpose: LinkPurpose,
    *,
    user_id: str | None = None,
    email: str | None = None,
    organization_id: str | None = None,
) -> tuple[Link, str]:
    """A link and its value; not kept yet."""
    form, lifetime = _KINDS[purpose]
    value, now = form.make(ambient.entropy), ambient.clock()
    link = Link(
        digest=digest(value),
        purpose=purpose,
        user_id=user_id,
        email=email,
        created_at=now,
        expires_at=now + lifetime,
        organization_id=organization_id,
    )
    return link, value
