"""Identity assertions for another authorization server (Identity Assertion JWT Authorization Grant section 3)."""

from licet.domain.application import Application
from licet.domain.family import Exchanged, Proof
from licet.domain.ids import base64url
from licet.oauth.context import Context
from licet.oauth.request import TokenAnswer

TYPE = "oauth-id-jag+jwt"
LIFETIME = 300
JTI_BYTES = 16


async def id_jag(context: Context, application: Application, proof: Proof, exchanged: Exchanged) -> TokenAnswer:
    """A signed assertion about the proof's person, for one issuer and one application there, good once."""
    now = context.now() // 1000
    lifetime = min(LIFETIME, exchanged.expires_at // 1000 - now)
    claims: dict[str, object] = {
        **exchanged.about,
        "iss": context.provider.issuer,
        "sub": context.subjects.of(application, exchanged.user_id),
        "aud": exchanged.audience,
        "client_id": exchanged.client_id or application.client_id,
        "jti": base64url(context.random(JTI_BYTES)).decode(),
        "iat": now,
        "exp": now + lifetime,
        **({"scope": " ".join(proof.scope)} if proof.scope else {}),
        **({"resource": proof.resources[0]} if proof.resources else {}),
    }
    signer = await context.ring.signer(application.id_token_signed_response_alg)
    return TokenAnswer(
        access_token=await signer.token(claims, TYPE),
        expires_in=lifetime,
        scope=proof.scope,
        # RFC 8693 §2.2.1: what is no access token has no way of being presented.
        token_type="N_A",
        more={"issued_token_type": exchanged.token_type},
    )
