"""Applications hear that a session has ended.

Their servers by a token (OpenID Connect Back-Channel Logout 1.0), their pages by being loaded once more (Front-Channel
Logout 1.0). Notices are rows: what was not told before a crash is told after it, a few times at most.
"""

import asyncio
import logging
from collections.abc import Iterable
from urllib.parse import urlencode

from licet.domain.application import Application
from licet.domain.family import Family, LogoutNotice
from licet.domain.ids import base64url
from licet.errors import Refused, Unreachable
from licet.oauth.context import Context
from licet.oauth.encryption import encrypted

TYPE = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME = 120
"""Seconds that a logout token is good for: Back-Channel Logout section 2.4 asks for at most two minutes."""
PAUSES = (10, 60, 600)
"""Seconds before each further attempt; after the last nobody is told any more."""
LEASE = 30_000
"""How long (ms) a claimed notice is left to who claimed it."""
AT_ONCE = 16
KEPT = 31 * 86_400_000
"""How long (ms) a session is remembered at most: longer than one lasts."""
FORM = "application/x-www-form-urlencoded"
SUCCESS = 2
JTI_BYTES = 16

log = logging.getLogger("licet.oauth")


async def joined(context: Context, application: Application, family: Family) -> None:
    """Remember that an application was told of a session, if it wants to hear of its end."""
    if family.session_id is not None and application.hears_logout:
        now = context.now()
        await context.ambient.store.logouts.join(
            family.session_id, application.id, user_id=family.user_id, now=now, expires_at=now + KEPT
        )


async def tell(context: Context) -> int:
    """One look at what is due, and one attempt at each; how many."""
    now = context.now()
    due = await context.ambient.store.logouts.claim(now, until=now + LEASE, size=AT_ONCE)
    await asyncio.gather(*(_attempt(context, notice) for notice in due))
    return len(due)


async def _attempt(context: Context, notice: LogoutNotice) -> None:
    application = await context.ambient.store.applications.by_id(notice.application_id)
    uri = application.backchannel_logout_uri if application is not None and application.enabled else None
    over = application is None or uri is None or await _told(context, application, uri, notice)
    again_at = None
    if not over and notice.attempts <= len(PAUSES):
        again_at = context.now() + PAUSES[notice.attempts - 1] * 1000
    elif not over:
        log.warning("%s could not be told that a session has ended", application.client_id if application else "")
    await context.ambient.store.logouts.settle(notice, again_at=again_at)


async def _told(context: Context, application: Application, uri: str, notice: LogoutNotice) -> bool:
    try:
        token = await logout_token(context, application, user_id=notice.user_id, session_id=notice.session_id)
        body = urlencode({"logout_token": token}).encode()
        answer = await context.ambient.fetch(uri, body=body, headers={"content-type": FORM}, most=0)
    except (Refused, Unreachable) as fault:
        log.info("%s was not told that a session has ended: %s", application.client_id, fault)
        return False
    return answer.status // 100 == SUCCESS


async def logout_token(context: Context, application: Application, *, user_id: str, session_id: str) -> str:
    """A logout token (section 2.4): of its own type, good once, and without a `nonce`, so that it is no ID Token."""
    now = context.now() // 1000
    claims: dict[str, object] = {
        "iss": context.provider.issuer,
        "sub": context.subjects.of(application, user_id),
        "aud": application.client_id,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": base64url(context.random(JTI_BYTES)).decode(),
        "events": {EVENT: {}},
        "sid": session_id,
    }
    signer = await context.ring.signer(application.id_token_signed_response_alg)
    return await encrypted(context, application, await signer.token(claims, TYPE))


def frames(issuer: str, session_id: str, applications: Iterable[Application]) -> tuple[str, ...]:
    """What the signed-out page loads (Front-Channel Logout section 2), of the applications that want it."""
    return tuple(
        _framed(application.frontchannel_logout_uri, issuer, session_id, application)
        for application in applications
        if application.frontchannel_logout_uri is not None
    )


def _framed(uri: str, issuer: str, session_id: str, application: Application) -> str:
    if not application.frontchannel_logout_session_required:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode({'iss': issuer, 'sid': session_id})}"
