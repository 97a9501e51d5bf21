"""ID Tokens (OpenID Connect Core section 2), and the claims about a person that scopes and `claims` ask for."""

from collections.abc import Mapping
from hashlib import sha256, sha512

from licet.domain.application import Application
from licet.domain.family import Family
from licet.domain.ids import base64url
from licet.domain.user import User
from licet.errors import Cause, InvalidGrant
from licet.oauth.context import Context
from licet.oauth.encryption import encrypted

SCOPE_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "profile": ("name", "preferred_username", "updated_at"),
    "email": ("email", "email_verified"),
    "groups": ("groups",),
    "organization": ("organizations",),
}
"""OpenID Connect Core section 5.4, and two scopes of ours; only what is kept about people."""
CLAIMS = tuple(claim for claims in SCOPE_CLAIMS.values() for claim in claims)


async def id_token(context: Context, application: Application, family: Family, *, access_token: str) -> str:
    """A signed ID Token about the family's person for its application."""
    now = context.now() // 1000
    lifetime = application.id_token_lifetime or context.provider.id_token_lifetime
    claims: dict[str, object] = {
        "iss": context.provider.issuer,
        "sub": context.subjects.of(application, family.user_id),
        "aud": application.client_id,
        "iat": now,
        "exp": now + lifetime,
        "at_hash": at_hash(access_token, application.id_token_signed_response_alg),
        "auth_time": family.auth_time // 1000 if family.auth_time is not None else None,
        "nonce": family.nonce,
        "acr": family.acr,
        "amr": list(family.amr) or None,
        "sid": family.session_id,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    if asked := asked_claims(family, "id_token"):
        claims.update(await claims_of(context, await _person(context, family), (), asked))
    signer = await context.ring.signer(application.id_token_signed_response_alg)
    return await encrypted(context, application, await signer.token(claims, "JWT"))


async def _person(context: Context, family: Family) -> User:
    user = await context.ambient.store.users.by_id(family.user_id)
    if user is None:
        raise InvalidGrant(cause=Cause.PERSON_GONE)
    return user


def at_hash(access_token: str, algorithm: str) -> str:
    """OpenID Connect Core section 3.1.3.6: the left half of the hash of the algorithm that signs the ID Token."""
    # RFC 8032 §5.1: Ed25519 hashes by SHA-512; all others of ours by SHA-256.
    whole = (sha512 if algorithm == "EdDSA" else sha256)(access_token.encode()).digest()
    return base64url(whole[: len(whole) // 2]).decode()


async def claims_of(
    context: Context, user: User, scope: tuple[str, ...], asked: frozenset[str] = frozenset()
) -> dict[str, object]:
    """What a scope lets an application know about a person, and what it asked for one by one."""
    allowed = asked.union(*(SCOPE_CLAIMS.get(name, ()) for name in scope))
    if not allowed:
        return {}
    values: dict[str, object] = {
        "name": user.name,
        "preferred_username": user.username,
        "updated_at": user.updated_at // 1000,
        **({"email": user.email, "email_verified": user.email_verified} if user.email else {}),
        "groups": sorted(user.roles),
    }
    if "organizations" in allowed:
        standing = await context.ambient.store.users.standing(user.id)
        values["organizations"] = [{"id": key, "role": role} for key, role in sorted(standing.roles.items())]
    return {name: value for name, value in values.items() if name in allowed}


def asked_claims(family: Family, where: str) -> frozenset[str]:
    """Claims asked for one by one (OpenID Connect Core section 5.5), of those that the family's scope allows."""
    wanted = family.requested_claims.get(where)
    if not isinstance(wanted, Mapping):
        return frozenset()
    return frozenset(claim for name in family.scope for claim in SCOPE_CLAIMS.get(name, ()) if claim in wanted)
