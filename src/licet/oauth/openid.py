"""Checks of what an authorization request says of the person: OpenID Connect Core sections 3.1.2.1 and 5.5."""

import re
from dataclasses import replace

import orjson

from licet.errors import InvalidRequest
from licet.oauth.asking import Asked
from licet.oauth.context import Context
from licet.oauth.presented import verified

PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
"""OpenID Connect Core section 3.1.2.1, and Initiating User Registration 1.0."""
CLAIMED = ("userinfo", "id_token")
"""Where claims are asked for one by one (OpenID Connect Core section 5.5)."""
_SECONDS = re.compile("[0-9]{1,9}")
"""Thirty years at most."""
NOBODY = ""
"""Stands for a hint at a person who cannot be."""


async def prompt_readable(_context: Context, asked: Asked) -> Asked:
    """OpenID Connect Core section 3.1.2.1: known values, and `none` alone."""
    prompt = frozenset((asked.get("prompt") or "").split())
    if not prompt <= PROMPTS or ("none" in prompt and len(prompt) > 1):
        raise InvalidRequest("The parameter prompt is malformed.")
    return replace(asked, prompt=prompt)


async def max_age_readable(_context: Context, asked: Asked) -> Asked:
    """A whole number of seconds."""
    text = asked.get("max_age")
    if text is None:
        return asked
    if not _SECONDS.fullmatch(text):
        raise InvalidRequest("The parameter max_age is malformed.")
    return replace(asked, max_age=int(text))


async def claims_readable(context: Context, asked: Asked) -> Asked:
    """OpenID Connect Core section 5.5: a JSON object, whose members that are known are objects; others are ignored."""
    text = asked.get("claims")
    if text is None:
        return asked
    try:
        claims = orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        raise InvalidRequest("The parameter claims is not JSON.") from fault
    if not isinstance(claims, dict) or not all(isinstance(claims.get(part, {}), dict) for part in CLAIMED):
        raise InvalidRequest("The parameter claims is malformed.")
    claims = {part: claims[part] for part in CLAIMED if part in claims}
    subject = claims.get("id_token", {}).get("sub")
    if isinstance(subject, dict) and "value" in subject:
        # OpenID Connect Core §3.1.2.2: a positive answer only about that person.
        return replace(asked, claims=claims, hinted=_meant(context, asked, subject["value"]))
    return replace(asked, claims=claims)


async def hint_readable(context: Context, asked: Asked) -> Asked:
    """An `id_token_hint` is an ID Token of ours, for this client; it may have expired."""
    hint = asked.get("id_token_hint")
    if hint is None:
        return asked
    claims = await verified(context, hint, "JWT")
    if claims is None or claims.get("aud") != asked.client.application.client_id:
        raise InvalidRequest("The parameter id_token_hint is not an ID Token of this application.")
    hinted = _meant(context, asked, claims.get("sub"))
    return replace(asked, hinted=hinted if asked.hinted in {None, hinted} else NOBODY)


def _meant(context: Context, asked: Asked, subject: object) -> str:
    return context.subjects.read(asked.client.application, str(subject)) or NOBODY
