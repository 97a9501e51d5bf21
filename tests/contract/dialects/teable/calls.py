"""Ways to be somebody at this surface, and the bodies that several tests expect."""

import re
from typing import Any

import httpx

from licet.web.cookies import sign
from tests.contract.dialects.house import House

CLIENTS = "/api/oauth/client"
TOKENS = "/api/access-token"
ACME = {"name": "Acme Sync", "homepage": "https://acme.example", "redirectUris": ["https://acme.example/cb"]}

UNAUTHORIZED = '{"message":"Unauthorized","status":401,"code":"unauthorized"}'
FORBIDDEN = '{"message":"Forbidden resource","status":403,"code":"restricted_resource"}'
UNKNOWN = '{"message":"OAuth client not found","status":404,"code":"not_found"}'
NOT_CREATOR = '{"message":"No permission to operate on this OAuth client","status":403,"code":"restricted_resource"}'
UNKNOWN_SECRET = '{"message":"OAuth client secret not found","status":404,"code":"not_found"}'
NOWHERE = '{"message":"Not Found","status":404,"code":"not_found"}'


async def signed_in(house: House, name: str) -> dict[str, str]:
    """The header of a browser that is signed in."""
    token = await house.token(name, "teable")
    return {"cookie": f"auth_session={sign(token, house.instance.setups['teable'].cookie_key)}"}


async def personal(house: House, person: str, /, **said: Any) -> dict[str, str]:
    """The header of a program with a personal access token of its own."""
    body = {"name": "test", "scopes": ["table|read"], "expiredTime": "2030-01-01", **said}
    made = await house.call("POST", TOKENS, json=body, headers=await signed_in(house, person))
    assert made.status_code == 201, made.text
    return {"authorization": f"Bearer {made.json()['token']}"}


async def made(house: House, person: str, /, **said: Any) -> dict[str, Any]:
    """An application that somebody registered here."""
    answer = await house.call("POST", CLIENTS, json={**ACME, **said}, headers=await signed_in(house, person))
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def said(answer: httpx.Response) -> tuple[int, str]:
    """Status and body, for a failure; every answer with a body is JSON."""
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.text


def without_ids(text: str) -> str:
    """A body whose random parts stand as CLIENT, ROW and SECRET, each judged by its form."""
    text = re.sub(r'"clt[0-9a-z]{16}"', '"CLIENT"', text)
    text = re.sub(r'"id":"c[0-9a-z]{24}"', '"id":"ROW"', text)
    return re.sub(r'"secret":"[0-9a-z]{40}"', '"secret":"SECRET"', text)


def refused(message: str) -> tuple[int, str]:
    """Status and body of a bad request; the message with plain quotes."""
    quoted = message.replace('"', '\\"')
    return 400, f'{{"message":"Validation error: {quoted}","status":400,"code":"validation_error"}}'


def throttled(seconds: int) -> tuple[int, str]:
    """Status and body of a call that came too often."""
    message = "Too many requests, please try again later"
    envelope = f'"message":"{message}","status":429,"code":"too_many_requests"'
    return 429, f'{{{envelope},"data":{{"retryAfter":{seconds}}}}}'
