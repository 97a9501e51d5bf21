"""What a change does to what lives of an application, and what a preview says of it beforehand."""

from typing import Any

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.protocol import BAD_CLIENT, BAD_CODE, BAD_REFRESH, CALLBACK, Client
from tests.contract.dialects.timbrix.scene import (
    MINUTES,
    MISMATCH,
    NO_APPLICATION,
    NOT_JSON,
    NOW,
    ROLE_TOO_LOW,
    bad,
    kept,
)

pytestmark = pytest.mark.settings(limits=False)
NONE = {
    "accessTokens": 0,
    "refreshTokens": 0,
    "users": 0,
    "pendingCodes": 0,
    "removedScopes": [],
    "removedRedirectUris": [],
}


@pytest.mark.attack(42)
async def test_suspended_everything_sleeps_and_activated_everything_wakes(payroll: Client, house: House):
    tokens, code = await payroll.tokens(), await payroll.code()
    answer = await payroll.manage("POST", "/suspend")
    assert answer.json()["effect"] == {"accessTokens": 1, "refreshTokens": 1, "users": 1}
    event = (await payroll.manage("GET", "/events")).json()[0]
    told = {"isActive": False, "effect": {"accessTokens": 1, "refreshTokens": 1, "users": 1}}
    assert (event["type"], event["after"]) == ("oauth_app.suspended", told)
    assert (await payroll.exchange(code)).json() == BAD_CLIENT
    assert (await payroll.own()).json() == BAD_CLIENT
    assert (await payroll.refresh(tokens["refresh_token"])).json() == BAD_REFRESH
    assert (await payroll.refresh(tokens["refresh_token"], **payroll.proof)).json() == BAD_CLIENT
    answer = await house.call("GET", payroll.path, headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert answer.status_code == 401
    answer = await payroll.manage("POST", "/activate")
    assert answer.json()["effect"] == {"accessTokens": 1, "refreshTokens": 1, "users": 1}
    assert await payroll.lives(tokens) == (True, True)
    assert (await payroll.refresh(tokens["refresh_token"])).status_code == 200


@pytest.mark.attack(42)
async def test_narrowed_scopes_cap_live_tokens_and_widened_ones_never_grow(payroll: Client):
    tokens = await payroll.tokens()
    await payroll.put(scopes=["read:members"])
    assert (await payroll.introspect(tokens["access_token"]))["scope"] == "read:members"
    again = (await payroll.refresh(tokens["refresh_token"])).json()
    assert again["scope"] == "read:members"
    assert (await payroll.manage("GET", "/tokens")).json()[0]["scopes"] == ["read:members"]
    await payroll.put(scopes=["read:members", "read:webhooks"])
    assert (await payroll.introspect(again["access_token"]))["scope"] == "read:members"
    assert (await payroll.refresh(again["refresh_token"])).json()["scope"] == "read:members"


async def test_a_removed_redirect_uri_voids_the_codes_sent_there(payroll: Client):
    for uri in ("https://payroll.example/new", None):
        await payroll.put(redirectUri=CALLBACK)
        code, tokens = await payroll.code(), await payroll.tokens()
        await payroll.put(redirectUri=uri)
        answer = await payroll.exchange(code)
        assert (answer.status_code, answer.json()) == (400, BAD_CODE)
        assert await payroll.lives(tokens) == (True, True)


async def test_name_and_description_touch_nothing(payroll: Client):
    tokens, code = await payroll.tokens(), await payroll.code()
    await payroll.put(name="Renamed", description=None)
    assert await payroll.lives(tokens) == (True, True)
    assert (await payroll.exchange(code)).status_code == 200


async def test_another_secret_leaves_tokens_alone(payroll: Client):
    tokens = await payroll.tokens()
    payroll.house.clock.pass_(seconds=1)
    second = (await payroll.manage("POST", "/secrets")).json()["clientSecret"]
    first = (await payroll.manage("GET", "/secrets")).json()[-1]["id"]
    assert (await payroll.manage("DELETE", f"/secrets/{first}")).status_code == 204
    payroll.secret = second
    assert await payroll.lives(tokens) == (True, True)
    assert (await payroll.refresh(tokens["refresh_token"], **payroll.proof)).status_code == 200


async def test_a_deleted_application_is_unknown_and_nothing_of_it_lives(payroll: Client, house: House):
    tokens, code = await payroll.tokens(), await payroll.code()
    assert (await payroll.manage("DELETE")).status_code == 204
    assert (await payroll.exchange(code)).json() == BAD_CLIENT
    assert (await payroll.refresh(tokens["refresh_token"])).json() == BAD_REFRESH
    assert (await payroll.own()).json() == BAD_CLIENT
    answer = await house.call("GET", payroll.asking())
    assert answer.status_code == 400


async def report(payroll: Client, **change: Any) -> dict[str, Any]:
    """What both ways to ask say, which write nothing."""
    await payroll.house.store.living._touches.flush()  # so that what was used before is not written meanwhile
    before = await kept(payroll.house, payroll.client_id)
    answer = await payroll.manage("POST", "/validate", json=change)
    again = await payroll.manage("PUT", "?dryRun=true", json=change)
    assert (answer.status_code, again.status_code) == (200, 200)
    assert answer.text == again.text
    assert await kept(payroll.house, payroll.client_id) == before
    body = answer.json()
    assert list(body) == ["valid", "changes", "impact"]
    assert list(body["impact"]) == list(NONE)
    assert body["valid"] is True
    return body


async def test_a_preview_of_nothing_says_nothing(payroll: Client):
    await payroll.tokens()
    assert await report(payroll) == {"valid": True, "changes": [], "impact": NONE}
    assert await report(payroll, name="Payroll Connector") == {"valid": True, "changes": [], "impact": NONE}
    assert (await report(payroll, name="Renamed"))["changes"] == ["name"]


async def test_a_preview_of_a_suspension_counts_everything(payroll: Client):
    await payroll.tokens("alice")
    await payroll.own()
    await payroll.code("alice")
    assert await report(payroll, isActive=False, name="Off") == {
        "valid": True,
        "changes": ["name", "isActive"],
        "impact": {**NONE, "accessTokens": 2, "refreshTokens": 1, "users": 1, "pendingCodes": 1},
    }


async def test_a_preview_of_narrower_scopes_counts_the_tokens_that_have_them(payroll: Client, house: House):
    await payroll.tokens(scope="read:members")
    await payroll.own(["read:organization"])
    await payroll.own(["read:members"])
    house.clock.pass_(seconds=MINUTES)
    said = await report(payroll, scopes=["read:organization", "read:webhooks"])
    assert said["changes"] == ["scopes"]
    assert said["impact"] == {
        **NONE,
        "accessTokens": 2,
        "refreshTokens": 1,
        "users": 1,
        "removedScopes": [{"scope": "read:members", "lastUsedAt": NOW}],
    }
    said = await report(payroll, scopes=["read:members"])
    assert said["impact"]["accessTokens"] == 1
    assert said["impact"]["removedScopes"] == [{"scope": "read:organization", "lastUsedAt": NOW}]


async def test_a_scope_that_was_never_used_says_so(payroll: Client):
    said = await report(payroll, scopes=["read:members"])
    assert said["impact"]["removedScopes"] == [{"scope": "read:organization", "lastUsedAt": None}]


async def test_a_preview_of_another_redirect_uri_counts_the_codes_it_voids(payroll: Client):
    await payroll.code()
    await payroll.tokens()
    said = await report(payroll, redirectUri="https://payroll.example/new")
    assert said == {
        "valid": True,
        "changes": ["redirectUri"],
        "impact": {
            **NONE,
            "pendingCodes": 1,
            "removedRedirectUris": [{"redirectUri": CALLBACK, "lastUsedAt": NOW}],
        },
    }


async def test_a_preview_is_refused_like_the_update(payroll: Client):
    for method, path in (("POST", "/validate"), ("PUT", "?dryRun=true")):
        for who, expected in (("bob", ROLE_TOO_LOW), ("mallory", NO_APPLICATION)):
            answer = await payroll.manage(method, path, who, json={})
            assert (answer.status_code, answer.json()) == (expected["statusCode"], expected)
        answer = await payroll.manage(method, path, json={"name": "", "foo": 1})
        assert answer.json() == bad("name must be 1 to 100 characters", "foo is not a known field")
        answer = await payroll.manage(method, path, json={"scopes": ["admin:all"]})
        assert answer.status_code == 403
        answer = await payroll.manage(method, path, content=b"x", headers={"content-type": "text/plain"})
        assert (answer.status_code, answer.json()) == (415, NOT_JSON)
        answer = await payroll.manage(method, path, json={"name": "B"}, headers={"if-match": '"7"'})
        assert (answer.status_code, answer.json()) == (412, MISMATCH)


async def test_dry_run_false_writes(payroll: Client):
    answer = await payroll.manage("PUT", "?dryRun=false", json={"name": "Renamed"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Renamed")
