"""Every route and every kind of caller: who gets in, who is sent to sign in, and who is refused, before all else."""

from urllib.parse import quote

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import (
    CLIENTS,
    FORBIDDEN,
    NOT_CREATOR,
    TOKENS,
    UNAUTHORIZED,
    made,
    personal,
    said,
    signed_in,
)
from tests.contract.dialects.teable.flow import AUTHORIZE, DECISION, DEVICE, bearer, fault, register

SESSION, PERSONAL, APPLICATION = "session", "personal token", "application's token"
PEOPLE, ANYBODY = {SESSION, PERSONAL}, {SESSION, PERSONAL, APPLICATION}
ROUTES = (
    ("POST", CLIENTS, PEOPLE),
    ("GET", CLIENTS, PEOPLE),
    ("GET", f"{CLIENTS}/{{}}", PEOPLE),
    ("PUT", f"{CLIENTS}/{{}}", PEOPLE),
    ("DELETE", f"{CLIENTS}/{{}}", PEOPLE),
    ("POST", f"{CLIENTS}/{{}}/secret", PEOPLE),
    ("DELETE", f"{CLIENTS}/{{}}/secret/x", PEOPLE),
    ("POST", f"{CLIENTS}/{{}}/revoke-access", PEOPLE),
    ("POST", f"{CLIENTS}/{{}}/revoke-token", PEOPLE),
    ("GET", f"{CLIENTS}/{{}}/revoke-token", {PERSONAL, APPLICATION}),
    ("GET", f"{CLIENTS}/authorized/list", PEOPLE),
    ("PATCH", f"{CLIENTS}/{{}}/authorized/notifications", PEOPLE),
    ("GET", f"{AUTHORIZE}?scope=a%7Cb&scope=c", {SESSION}),
    ("GET", f"{DECISION}/x", {SESSION}),
    ("POST", f"{DECISION}?x=%20y", {SESSION}),
    ("GET", f"{DEVICE}/BBBB-BBBB", {SESSION}),
    ("POST", f"{DEVICE}/decision", {SESSION}),
    ("GET", "/api/auth/user", ANYBODY),
    ("GET", "/api/auth/user/me", {SESSION}),
    ("POST", "/api/notifications", {APPLICATION}),
    ("POST", "/api/auth/signout", {SESSION}),
    ("POST", TOKENS, {SESSION}),
    ("GET", TOKENS, {SESSION}),
    ("GET", f"{TOKENS}/acc00000000000000000", {SESSION}),
    ("PUT", f"{TOKENS}/acc00000000000000000", {SESSION}),
    ("POST", f"{TOKENS}/acc00000000000000000/refresh", {SESSION}),
    ("DELETE", f"{TOKENS}/acc00000000000000000", {SESSION}),
    ("GET", "/api/base/access/all", ANYBODY),
)
SENT_TO_SIGN_IN = (AUTHORIZE, f"{DECISION}?", f"{DEVICE}/")
UNREADABLE = {"content": b"{broken"}
JSON = {"content-type": "application/json"}
UNKNOWN = {"authorization": f"Bearer teable_acc{'0' * 16}_{'A' * 43}="}
SCOPES = ["user|notifications_send", "base|read_all"]


@pytest.mark.parametrize(("method", "path", "takes"), ROUTES)
async def test_a_route_lets_its_callers_in_and_nobody_else(house: House, method, path, takes):
    app = await register(house, scopes=SCOPES)
    target = path.format(app.client_id)
    for nobody in ({}, UNKNOWN):
        answer = await house.call(method, target, headers={**JSON, **nobody}, **UNREADABLE)
        if path.startswith(SENT_TO_SIGN_IN):
            assert answer.status_code == 302
            assert answer.headers["location"] == f"/auth/login?redirect={quote(target, safe='')}"
        else:
            assert said(answer) == (401, UNAUTHORIZED)
        assert "www-authenticate" not in answer.headers
    callers = {
        APPLICATION: bearer(await app.tokens("alice")),
        PERSONAL: await personal(house, "alice", scopes=SCOPES),
        SESSION: await signed_in(house, "alice"),
    }
    for kind in sorted(callers, key=lambda kind: kind in takes):
        answer = await house.call(method, target, headers={**JSON, **callers[kind]}, **UNREADABLE)
        if kind in takes:
            assert answer.status_code in {200, 201, 400, 404}, (kind, answer.text)
        elif (kind, method, path) == (SESSION, "GET", f"{CLIENTS}/{{}}/revoke-token"):
            assert fault(answer) == (400, "only access token request can use this endpoint")
        else:
            assert said(answer) == (403, FORBIDDEN), kind


@pytest.mark.attack(108, 117)
@pytest.mark.parametrize(
    ("method", "path"), [(method, path) for method, path, takes in ROUTES if method != "GET" and SESSION in takes]
)
async def test_what_another_site_starts_with_the_cookie_is_refused(house: House, method, path):
    shown = await made(house, "alice")
    for started_by in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        headers = {**JSON, **await signed_in(house, "alice"), **started_by}
        answer = await house.call(method, path.format(shown["clientId"]), headers=headers, **UNREADABLE)
        assert said(answer) == (403, FORBIDDEN)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method, path)
        for method, path, takes in ROUTES
        if method in {"POST", "PUT", "PATCH"} and not path.endswith(("/secret", "revoke-access", "revoke-token", "out"))
    ],
)
async def test_a_body_that_is_no_json_is_one_error(house: House, method, path):
    app = await register(house, scopes=SCOPES)
    target = path.format(app.client_id)
    if TOKENS in path and path != TOKENS:
        body = {"name": "key", "scopes": [], "expiredTime": "2030-01-01"}
        shown = await house.call("POST", TOKENS, json=body, headers=await signed_in(house, "alice"))
        target = path.replace("acc00000000000000000", shown.json()["id"])
    of_application = path == "/api/notifications"
    caller = bearer(await app.tokens("alice")) if of_application else await signed_in(house, "alice")
    answer = await house.call(method, target, headers={**JSON, **caller}, **UNREADABLE)
    assert fault(answer) == (400, "Validation error: Invalid JSON body")


async def test_a_device_that_sends_no_json_hears_it_in_the_envelope(house: House):
    answer = await house.call("POST", f"{DEVICE}/code", headers=JSON, **UNREADABLE)
    assert fault(answer) == (400, "Validation error: Invalid JSON body")


async def test_a_token_reaches_no_further_than_its_person(house: House):
    shown = await made(house, "alice")
    answer = await house.call("DELETE", f"{CLIENTS}/{shown['clientId']}", headers=await personal(house, "mallory"))
    assert said(answer) == (403, NOT_CREATOR)


async def test_why_an_applications_token_is_not_good_is_not_told(house: House):
    app, other = await register(house), await register(house)
    expired, revoked = bearer(await app.tokens()), bearer(await other.tokens())
    assert (await house.call("GET", f"{other.path}/revoke-token", headers=revoked)).status_code == 200
    house.clock.pass_(seconds=600)
    switched_off, of_a_leaver = bearer(await other.tokens("mallory")), bearer(await app.tokens("mallory"))
    answer = await house.call(
        "PATCH", f"/api/applications/{other.client_id}", json={"enabled": False}, headers=await house.bearer("alice")
    )
    assert answer.status_code == 200
    mallory = await house.user("mallory")
    assert (await house.call("GET", "/api/auth/user", headers=of_a_leaver)).status_code == 200
    await house.services.users.update(await house.actor("admin"), mallory.id, {"active": False})
    for headers in (expired, revoked, switched_off, of_a_leaver):
        answer = await house.call("GET", "/api/auth/user", headers=headers)
        assert said(answer) == (401, UNAUTHORIZED)
        assert "www-authenticate" not in answer.headers
