"""Assertions in the place of a secret (RFC 7523 section 2.2): what both methods of the kind share."""

from collections.abc import Mapping
from typing import Any

from licet.domain.application import Application
from licet.domain.profile import profile_of
from licet.domain.secret import digest
from licet.oauth.client_auth.method import Presented
from licet.oauth.client_keys import claims_of, header_of
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SYMMETRIC = "HS256"
TYPS = frozenset({"", "jwt", "client-authentication+jwt"})
"""Explicit types of a client's own assertions; any other JWT it signs is meant for something else (RFC 8725 3.11)."""
AHEAD = 3600
"""Seconds that an assertion may live at most, as the default of a library has it: as long its `jti` is remembered."""
SKEW = 30
"""Seconds that the clock of whoever made it may be ahead."""
LONGEST_JTI = 256


def presented(request: TokenRequest, *, symmetric: bool) -> Presented | None:
    """Who an assertion says it is from; which method that is, its algorithm says."""
    assertion = request.get("client_assertion")
    if assertion is None or (header_of(assertion).get("alg") == SYMMETRIC) is not symmetric:
        return None
    named = request.get("client_id") or claims_of(assertion).get("sub")
    return Presented(named if isinstance(named, str) else "")


def fits(request: TokenRequest, application: Application) -> str | None:
    """The assertion, if it is of the one type and algorithm that its application has; else None."""
    assertion = request.get("client_assertion") or ""
    header = header_of(assertion)
    wanted = application.token_endpoint_auth_signing_alg
    fit = (
        request.get("client_assertion_type") == TYPE
        and str(header.get("typ") or "").lower() in TYPS
        and wanted in (None, header.get("alg"))
    )
    return assertion if fit else None


async def accepted(context: Context, application: Application, claims: Mapping[str, Any], endpoint: str) -> bool:
    """Whether verified claims are the application's own, meant for us, of now, and come for the first time."""
    jti, until = claims.get("jti"), _good_until(claims, context.now())
    if (
        claims.get("iss") != application.client_id
        or claims.get("sub") != application.client_id
        or not _meant_for(claims.get("aud"), context, application, endpoint)
        or not (isinstance(jti, str) and 0 < len(jti) <= LONGEST_JTI)
        or until is None
    ):
        return False
    name = digest(f"assertion {application.client_id} {jti}")
    return await context.ambient.store.spent.spend(name, until, context.now())


def _meant_for(aud: object, context: Context, application: Application, endpoint: str) -> bool:
    """One audience, said as one string: an assertion for several servers is another one's to replay here."""
    ours = {context.provider.issuer}
    strict = profile_of(application, context.provider.profile).strict_audience
    if not (strict or application.strict_assertion_audience):
        # RFC 7523 §3, RFC 9126 §2: the endpoint's own URL.
        ours |= {context.provider.token_endpoint, endpoint} - {""}
    return isinstance(aud, str) and aud in ours


def _good_until(claims: Mapping[str, Any], now: int) -> int | None:
    """Until when (ms) the times of an assertion are good; None if they are not now."""
    exp, begun = claims.get("exp"), [claims[name] for name in ("iat", "nbf") if name in claims]
    if not all(type(moment) in {int, float} for moment in (exp, *begun)):
        return None
    seconds = now / 1000
    if not seconds < float(exp or 0) <= seconds + AHEAD + SKEW or not all(moment <= seconds + SKEW for moment in begun):
        return None
    return int(float(exp or 0) * 1000) + 1
