"""What a request shows of keys that its sender holds: DPoP headers, and the certificate that a proxy has passed on."""

from licet.errors import InvalidRequest
from licet.oauth.certificate import Certificate, read
from licet.oauth.context import Context
from licet.oauth.request import Held
from licet.web.reply import Reply
from licet.web.request import Request

HEADER = "dpop"
NONCE = "dpop-nonce"


def held(request: Request) -> Held | None:
    """The keys of a request; None when it shows none. InvalidRequest for a certificate that cannot be read."""
    if request.certificate is None and request.header(HEADER) is None:
        return None
    return Held(
        proofs=tuple(request.headers_all(HEADER)),
        method=request.method,
        # Of the configured origins the one that was called: what a caller says of our name was judged before.
        url=request.origin + request.raw_path,
        certificate=_certificate(request),
    )


def _certificate(request: Request) -> Certificate | None:
    if request.certificate is None:
        return None
    header, verified = request.certificate
    try:
        return read(header, verified=verified)
    except ValueError as fault:
        raise InvalidRequest("The client certificate cannot be read.", detail=repr(fault)) from None


def with_nonce(reply: Reply, request: Request, context: Context) -> Reply:
    """An answer to a request with a proof, with the nonce that the next proof must have, where they must have one."""
    if context.nonces is None or request.header(HEADER) is None:
        return reply
    return reply.with_headers([(NONCE, context.nonces.make(context.now()))])
