"""The authorization code grant (RFC 6749 section 4.1.3) with PKCE (RFC 7636). A failed try burns the code."""

from licet.domain import pkce, redirect_uri
from licet.domain.application import AUTHORIZATION_CODE
from licet.domain.family import Family, Proof, Replay
from licet.domain.secret import digest
from licet.errors import InvalidGrant, InvalidRequest
from licet.oauth.checks import capped, person_of, resources_kept
from licet.oauth.context import Context
from licet.oauth.grants.grant import Grant
from licet.oauth.request import TokenRequest
from licet.services.clients import Client


async def prove(context: Context, client: Client, asked: TokenRequest) -> Proof | Replay:
    """Spend the code, then compare everything on what was spent; whatever does not fit ends what it started."""
    code, verifier = asked.get("code"), asked.get("code_verifier")
    if code is None:
        raise InvalidRequest("The parameter code is missing.")
    if verifier is not None and not pkce.is_verifier(verifier):
        raise InvalidRequest("The parameter code_verifier is not 43 to 128 unreserved characters.")
    claimed = await context.ambient.store.families.claim_code(digest(code), context.now())
    if claimed is None:
        raise InvalidGrant
    if not claimed.first or not _fits(context, client, claimed.family, asked):
        # RFC 6749 §4.1.2: a code seen twice ends what it started.
        return Replay(claimed.family.id, "code" if claimed.first else "spent code")
    family = claimed.family
    return Proof(
        family=family,
        person=await person_of(context, family),
        scope=capped(family.scope, client.application),
        resources=resources_kept(family, asked),
        refresh_generation=1 if family.refreshes else None,
    )


def _fits(context: Context, client: Client, family: Family, asked: TokenRequest) -> bool:
    sent = asked.get("redirect_uri")
    return (
        family.client_id == client.application.client_id
        and family.surface == context.provider.surface
        and (sent == family.redirect_uri if sent is not None or family.redirect_uri_sent else True)
        # A redirect URI that was removed since takes the codes sent there with it.
        and any(
            redirect_uri.matches(registered, family.redirect_uri or "", any_port=True)
            for registered in client.application.redirect_uris
        )
        and _verified(family.code_challenge, asked.get("code_verifier"))
    )


def _verified(challenge: str | None, verifier: str | None) -> bool:
    # RFC 9700 §4.8.2: a verifier for a code without challenge is a downgrade, and refused like its opposite.
    if challenge is None or verifier is None:
        return challenge is None and verifier is None
    return pkce.fits(challenge, verifier)


GRANT = Grant(
    grant_type=AUTHORIZATION_CODE, parameters=("code", "redirect_uri", "code_verifier", "resource"), prove=prove
)
