"""What is handed out for a proof: an access token, and with it a refresh token and an ID Token where they belong."""

from collections.abc import Mapping

from licet.domain.application import Application
from licet.domain.family import OpaqueToken, Proof
from licet.domain.secret import digest
from licet.domain.trust import ID_JAG
from licet.oauth.binding import cnf, token_type
from licet.oauth.context import Context
from licet.oauth.details import details_claim
from licet.oauth.id_jag import id_jag
from licet.oauth.id_token import id_token
from licet.oauth.jwt import jwt_id
from licet.oauth.logout import joined
from licet.oauth.request import TokenAnswer

JTI_BYTES = 12
ID_BYTES = 8


async def issue(context: Context, application: Application, proof: Proof, *, identifies: bool) -> TokenAnswer:
    """Make the tokens of a proof, `identifies` with an ID Token; what is a row is committed before it is answered."""
    if proof.exchanged is not None and proof.exchanged.token_type == ID_JAG:
        return await id_jag(context, application, proof, proof.exchanged)
    lifetime = _lifetime(context, application, proof)
    access_token = await _access_token(context, application, proof, lifetime)
    await context.ambient.store.living.use(application.id, "scope", proof.scope, context.now())
    family = proof.family
    refresh_token = None
    if family is not None and proof.refresh_generation is not None:
        refresh_token = context.refresh_tokens.make(family.id, proof.refresh_generation)
    identity = None
    if identifies and family is not None and "openid" in proof.scope:
        identity = await id_token(context, application, family, access_token=access_token)
        if not proof.renewed:
            await joined(context, application, family)
    return TokenAnswer(
        access_token=access_token,
        expires_in=lifetime,
        scope=proof.scope,
        refresh_token=refresh_token,
        id_token=identity,
        token_type=token_type(proof.bound_to),
        more=_more(proof),
    )


def _more(proof: Proof) -> Mapping[str, object]:
    # RFC 8693 §2.2.1: only an exchange says what it has issued; RFC 9396 §7: details as they were given.
    issued = {"issued_token_type": proof.exchanged.token_type} if proof.exchanged else {}
    return {**issued, **details_claim(proof.authorization_details)}


def _lifetime(context: Context, application: Application, proof: Proof) -> int:
    """Seconds; no token outlives what it came from."""
    wanted = application.access_token_lifetime or context.provider.access_lifetime
    if proof.family is None and proof.exchanged is None:
        return wanted
    ends = [origin.expires_at for origin in (proof.family, proof.exchanged) if origin is not None]
    return min([wanted, *((end - context.now()) // 1000 for end in ends)])


async def _access_token(context: Context, application: Application, proof: Proof, lifetime: int) -> str:
    if context.provider.rules.opaque or application.access_token_format == "opaque":
        return await _opaque(context, application, proof, lifetime)
    signer = await context.ring.signer(application.access_token_signed_response_alg)
    return await signer.token(_claims(context, application, proof, lifetime), "at+jwt")


def _claims(context: Context, application: Application, proof: Proof, lifetime: int) -> Mapping[str, object]:
    # RFC 9068 §2.2: the claims of a JWT access token.
    moment = context.now()
    now = moment // 1000
    audience = audience_of(context, proof)
    claims: dict[str, object] = {
        "iss": context.provider.issuer,
        "sub": _subject(context, application, proof),
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "client_id": application.client_id,
        "scope": " ".join(proof.scope),
        "iat": now,
        "exp": now + lifetime,
        "jti": jwt_id(moment, context.random(JTI_BYTES)),
    }
    if proof.family is not None:
        claims["fid"] = proof.family.id
        if proof.family.auth_time is not None:
            claims["auth_time"] = proof.family.auth_time // 1000
            # RFC 9068 §2.2.1, RFC 9470 §6.1: whoever asks for more can see how the person signed in.
            claims.update(acr=proof.family.acr, amr=list(proof.family.amr))
    if proof.exchanged is not None and proof.exchanged.act is not None:
        # RFC 8693 §4.1.
        claims["act"] = proof.exchanged.act
    if proof.bound_to:
        claims["cnf"] = cnf(proof.bound_to)
    claims.update(details_claim(proof.authorization_details))
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
        bound_to=proof.bound_to,
        authorization_details=proof.authorization_details,
        act=proof.exchanged.act if proof.exchanged else None,
        acts_for=proof.exchanged.acts_for if proof.exchanged else "",
    )
    await context.ambient.store.access_tokens.insert(token)
    return value


def audience_of(context: Context, proof: Proof) -> tuple[str, ...]:
    """`aud`, never empty: the resources, else the issuer itself (RFC 9068 section 3)."""
    return proof.resources or (context.provider.issuer,)


def _subject(context: Context, application: Application, proof: Proof) -> str:
    acts_for = proof.exchanged.acts_for if proof.exchanged is not None else ""
    return context.subjects.of(application, proof.family.user_id if proof.family else None, acts_for=acts_for)
