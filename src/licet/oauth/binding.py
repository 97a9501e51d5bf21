"""What tokens are bound to (RFC 7800): the key of a DPoP proof (RFC 9449), or the client's certificate (RFC 8705).

It is written `<member of cnf>:<value>` wherever it is kept, and empty for tokens that whoever holds them may use.
"""

from collections.abc import Mapping

from licet.domain.application import Application
from licet.domain.family import Family
from licet.domain.profile import profile_of
from licet.errors import Cause, InvalidDpopProof, InvalidRequest
from licet.oauth import dpop
from licet.oauth.caller import Caller
from licet.oauth.context import Context
from licet.oauth.request import Held, TokenRequest

JKT = "jkt"
X5T = "x5t#S256"


def to_key(thumbprint: str) -> str:
    """Bound to a key by its thumbprint."""
    return f"{JKT}:{thumbprint}"


def to_certificate(held: Held | None) -> str:
    """Bound to the certificate of a request; empty without one."""
    return f"{X5T}:{held.certificate.thumbprint}" if held is not None and held.certificate is not None else ""


def cnf(bound_to: str) -> Mapping[str, str]:
    """The confirmation of a token (RFC 9449 section 6.1, RFC 8705 section 3.1)."""
    member, _, value = bound_to.partition(":")
    return {member: value}


def token_type(bound_to: str) -> str:
    """How a token is presented: a certificate leaves the scheme as it is (RFC 8705 section 3)."""
    return "DPoP" if bound_to.startswith(JKT) else "Bearer"


def must_be_bound(context: Context, application: Application) -> bool:
    """Whether an application gets no tokens but bound ones: by its own settings, or by its profile."""
    return application.sender_constrained or profile_of(application, context.provider.profile).bound


async def bound(context: Context, caller: Caller, request: TokenRequest) -> Caller:
    """The caller, with what its tokens will be bound to.

    Raises:
        InvalidDpopProof, UseDpopNonce: the proof is not good, or the application needs one (RFC 9449 section 5.2).
        InvalidRequest: the application's tokens are bound to a certificate, and the connection has none.
    """
    held, application = request.held, caller.application
    proofs = held.proofs if held is not None else ()
    if application.tls_client_certificate_bound_access_tokens:
        certificate = to_certificate(held)
        if not certificate or proofs:
            raise InvalidRequest("The tokens of this application are bound to its certificate, and to nothing else.")
        return caller._replace(bound_to=certificate)
    if held is not None and proofs:
        return caller._replace(bound_to=to_key(await dpop.proven(context, held)))
    if must_be_bound(context, application):
        raise InvalidDpopProof("The tokens of this application are bound to a DPoP key.")
    return caller


def refreshed_by(family: Family, caller: Caller) -> bool:
    """Whether a caller may refresh a family, going by its key.

    RFC 9449 section 5: a public client's refresh token is bound to its key. A confidential one has proven itself and
    may come with another key, but what began bound is never handed out to bearers.
    """
    if not family.bound_to:
        return True
    proven = caller.proven_by not in {"", "none"}
    return bool(caller.bound_to) if proven else family.bound_to == caller.bound_to


async def pushed_key(context: Context, held: Held | None, asked: str | None) -> str | None:
    """The `dpop_jkt` of a pushed request (RFC 9449 section 10.1): what it asked for, what it proved, or both alike."""
    if held is None or not held.proofs:
        return asked
    thumbprint = await dpop.proven(context, held)
    if asked not in {None, thumbprint}:
        raise InvalidDpopProof("The parameter dpop_jkt names another key.", cause=Cause.KEY_DIFFERS)
    return thumbprint
