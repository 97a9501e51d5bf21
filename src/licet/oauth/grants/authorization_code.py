"""The authorization code grant (RFC 6749 section 4.1.3) with PKCE (RFC 7636). A failed try burns the code."""

from licet.domain import pkce
from licet.domain.application import AUTHORIZATION_CODE, Application
from licet.domain.consequences import is_registered
from licet.domain.family import Family, Proof, Replay
from licet.domain.secret import digest
from licet.errors import Cause, InvalidGrant, InvalidRequest
from licet.oauth.caller import Caller
from licet.oauth.checks import admitted, capped, resources_kept
from licet.oauth.context import Context
from licet.oauth.details import details_kept
from licet.oauth.grants.grant import Grant
from licet.oauth.request import TokenRequest

_SPENT = frozenset({"first", "again"})
_UNSPENT = {"": Cause.CODE_UNKNOWN, "expired": Cause.CODE_EXPIRED, "revoked": Cause.CODE_UNKNOWN}


async def prove(context: Context, caller: Caller, asked: TokenRequest) -> Proof | Replay:
    """Spend the code, then compare everything on what was spent; whatever does not fit ends what it started."""
    code = _code(context, caller, asked)
    claimed = await context.ambient.store.families.claim_code(
        digest(code), context.now(), redeemed_by=caller.proven_by, bound_to=caller.bound_to
    )
    if claimed is None or claimed.outcome not in _SPENT:
        raise InvalidGrant(cause=_UNSPENT[claimed.outcome if claimed else ""])
    if claimed.outcome == "first":
        await admitted(context, claimed.family)
    unfit = _unfit(context, caller, claimed.family, asked) if claimed.outcome == "first" else Cause.CODE_SPENT
    if unfit is not None:
        # RFC 6749 §4.1.2: a code seen twice ends what it started.
        return Replay(claimed.family.id, unfit)
    if not claimed.person_active:
        raise InvalidGrant(cause=Cause.PERSON_GONE)
    family = claimed.family
    return Proof(
        family=family,
        scope=capped(family.scope, caller.application),
        resources=resources_kept(family, asked),
        refresh_generation=1 if family.refreshes else None,
        authorization_details=details_kept(family.authorization_details, asked),
    )


def _code(context: Context, caller: Caller, asked: TokenRequest) -> str:
    """The code of a request that is whole (InvalidRequest), so that a slip of the pen costs no code."""
    rules, code, verifier = context.provider.rules, asked.get("code"), asked.get("code_verifier")
    if code is None:
        raise InvalidRequest.missing("code")
    if rules.secret_or_pkce and caller.proven_by == "none" and verifier is None:
        raise InvalidRequest.missing("code_verifier")
    if rules.verifier_first and verifier is not None and not pkce.is_verifier(verifier):
        raise InvalidRequest(
            "The parameter code_verifier is not 43 to 128 unreserved characters.", cause=Cause.VERIFIER_MALFORMED
        )
    return code


def _unfit(context: Context, caller: Caller, family: Family, asked: TokenRequest) -> Cause | None:
    """What of a request does not fit the code that it has spent."""
    ours = (caller.application.client_id, context.provider.surface)
    if (family.client_id, family.surface) != ours:
        return Cause.CODE_FOREIGN
    if family.bound_to != caller.bound_to:
        # RFC 9449 §10: the request had named a key, and it is another's.
        return Cause.KEY_DIFFERS
    again = family.redirect_uri_sent or context.provider.rules.redirect_uri_again
    if again and asked.get("redirect_uri") is None:
        return Cause.REDIRECT_URI_MISSING
    return _redirected(family, asked, caller.application) or _verified(
        family.code_challenge, asked.get("code_verifier")
    )


def _redirected(family: Family, asked: TokenRequest, application: Application) -> Cause | None:
    sent, bound = asked.get("redirect_uri"), family.redirect_uri or ""
    if sent is not None and sent != bound:
        return Cause.REDIRECT_URI_DIFFERS
    # A redirect URI that was removed since takes the codes sent there with it.
    return None if is_registered(bound, application.redirect_uris) else Cause.REDIRECT_URI_GONE


def _verified(challenge: str | None, verifier: str | None) -> Cause | None:
    # RFC 9700 §4.8.2: a verifier for a code without challenge is a downgrade, and refused like its opposite.
    if verifier is not None and not pkce.is_verifier(verifier):
        return Cause.VERIFIER_MALFORMED
    if challenge is None:
        return None if verifier is None else Cause.VERIFIER_UNASKED
    if verifier is None:
        return Cause.VERIFIER_MISSING
    return None if pkce.fits(challenge, verifier) else Cause.VERIFIER_WRONG


GRANT = Grant(
    grant_type=AUTHORIZATION_CODE,
    parameters=("code", "redirect_uri", "code_verifier", "resource", "authorization_details"),
    prove=prove,
    identifies=True,
)
