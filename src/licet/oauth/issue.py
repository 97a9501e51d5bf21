"""What is handed out for a proof: an access token, and with it a refresh token and an ID Token where they belong."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping

from licet.domain.application import Application
from licet.domain.family import Family, OpaqueToken, Proof
from licet.domain.ids import SUBJECT
from licet.domain.secret import digest
from licet.oauth.context import Context
from licet.oauth.id_token import id_token
from licet.oauth.request import TokenAnswer

JTI_BYTES = 12
ID_BYTES = 8


async def issue(context: Context, application: Application, proof: Proof) -> TokenAnswer:
    """Make the tokens of a proof; what is a row is committed before it is answered."""
    lifetime = _lifetime(context, application, proof.family)
    access_token = await _access_token(context, application, proof, lifetime)
    family = proof.family
    refresh_token = None
    if family is not None and proof.refresh_generation is not None:
        refresh_token = context.refresh_tokens.make(family.id, proof.refresh_generation)
    identity = None
    if family is not None and proof.person is not None and "openid" in proof.scope:
        identity = await id_token(context, application, family, proof.person, access_token=access_token)
    return TokenAnswer(
        access_token=access_token,
        expires_in=lifetime,
        scope=proof.scope,
        refresh_token=refresh_token,
        id_token=identity,
    )


def _lifetime(context: Context, application: Application, family: Family | None) -> int:
    """Seconds; no token outlives what it came from."""
    wanted = application.access_token_lifetime or context.provider.access_lifetime
    return wanted if family is None else min(wanted, (family.expires_at - context.now()) // 1000)


async def _access_token(context: Context, application: Application, proof: Proof, lifetime: int) -> str:
    if context.provider.rules.opaque or application.access_token_format == "opaque":
        return await _opaque(context, application, proof, lifetime)
    signer = await context.ring.signer(application.access_token_signed_response_alg)
    return await signer.token(_claims(context, application, proof, lifetime), "at+jwt")


def _claims(context: Context, application: Application, proof: Proof, lifetime: int) -> Mapping[str, object]:
    # RFC 9068 §2.2: the claims of a JWT access token.
    now = context.now() // 1000
    audience = audience_of(context, proof)
    claims: dict[str, object] = {
        "iss": context.provider.issuer,
        "sub": subject(application, proof.family),
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "client_id": application.client_id,
        "scope": " ".join(proof.scope),
        "iat": now,
        "exp": now + lifetime,
        "jti": urlsafe_b64encode(context.random(JTI_BYTES)).decode(),
    }
    if proof.family is not None:
        claims["fid"] = proof.family.id
        if proof.family.auth_time is not None:
            claims["auth_time"] = proof.family.auth_time // 1000
    return claims


async def _opaque(context: Context, application: Application, proof: Proof, lifetime: int) -> str:
    value = context.provider.forms.access_token(context.random)
    now = context.now()
    token = OpaqueToken(
        digest=digest(value),
        id=context.random(ID_BYTES).hex(),
        family_id=proof.family.id if proof.family else None,
        generation=proof.refresh_generation,
        application_id=application.id,
        client_id=application.client_id,
        user_id=proof.family.user_id if proof.family else None,
        surface=context.provider.surface,
        scope=proof.scope,
        audience=audience_of(context, proof),
        created_at=now,
        expires_at=now + lifetime * 1000,
    )
    await context.ambient.store.access_tokens.insert(token)
    return value


def audience_of(context: Context, proof: Proof) -> tuple[str, ...]:
    """`aud`, never empty: the resources, else the issuer itself (RFC 9068 section 3)."""
    return proof.resources or (context.provider.issuer,)


def subject(application: Application, family: Family | None) -> str:
    """`sub`: a person's, or an application's in a namespace that no person's can be in (RFC 9700 section 4.15)."""
    return SUBJECT.spell(family.user_id) if family is not None else f"client:{application.client_id}"
