"""What the tests of the native API have in common."""

from typing import Any

import httpx

from tests.contract.dialects.house import House

COLLECTION = "/api/applications"


async def register(house: House, who: str = "alice", **settings: Any) -> dict[str, Any]:
    """A new application of somebody's, in the organization acme unless it is said."""
    body = {"client_name": "Ledger", "organization_id": house.organizations["acme"], **settings}
    answer = await house.call("POST", COLLECTION, headers=await house.bearer(who), json=body)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def path(application: dict[str, Any], *rest: str) -> str:
    return "/".join((COLLECTION, application["client_id"], *rest))


async def patch(house: House, application: dict[str, Any], who: str = "alice", **settings: Any) -> httpx.Response:
    return await house.call("PATCH", path(application), headers=await house.bearer(who), json=settings)


async def token(house: House, who: str, *scopes: str) -> dict[str, str]:
    """The headers of a personal access token with these management scopes."""
    answer = await house.call(
        "POST", "/api/manage/tokens", headers=await house.bearer(who), json={"name": "narrow", "scopes": list(scopes)}
    )
    assert answer.status_code == 201, answer.text
    return {"authorization": f"Bearer {answer.json()['token']}"}


def problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    """The problem document of an answer that must be this one."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] = answer.json()
    assert document["type"] == f"urn:licet:problem:{name}"
    assert document["status"] == status
    return document


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    """Pointer and code of every fault of an invalid request."""
    return [(fault["pointer"], fault["code"]) for fault in problem(answer, 400, "invalid")["errors"]]
