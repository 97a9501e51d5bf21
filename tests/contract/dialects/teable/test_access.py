"""Who gets in: the credentials of this surface, in their order, and the one answer to all others."""

import pytest

from licet.domain.secret import Form
from licet.services.sessions import SessionKind
from licet.web.cookies import sign
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import (
    ACME,
    CLIENTS,
    FORBIDDEN,
    NOWHERE,
    TOKENS,
    UNAUTHORIZED,
    made,
    personal,
    said,
    signed_in,
    throttled,
)

MANAGEMENT = (
    ("POST", CLIENTS),
    ("GET", CLIENTS),
    ("GET", f"{CLIENTS}/clt0000000000000000"),
    ("PUT", f"{CLIENTS}/clt0000000000000000"),
    ("DELETE", f"{CLIENTS}/clt0000000000000000"),
    ("POST", f"{CLIENTS}/clt0000000000000000/secret"),
    ("DELETE", f"{CLIENTS}/clt0000000000000000/secret/c000000000000000000000000"),
)
SESSION_ONLY = (
    ("POST", TOKENS),
    ("GET", TOKENS),
    ("GET", f"{TOKENS}/acc00000000000000000"),
    ("PUT", f"{TOKENS}/acc00000000000000000"),
    ("POST", f"{TOKENS}/acc00000000000000000/refresh"),
    ("DELETE", f"{TOKENS}/acc00000000000000000"),
    ("POST", "/api/auth/signout"),
)


async def test_without_a_credential_every_route_answers_401_before_it_looks_at_anything_else(house: House):
    for method, path in (*MANAGEMENT, *SESSION_ONLY):
        answer = await house.call(method, path, content=b"{broken", headers={"content-type": "application/json"})
        assert said(answer) == (401, UNAUTHORIZED), path
        assert "www-authenticate" not in answer.headers


async def test_a_personal_token_acts_as_its_owner_on_every_management_route(house: House):
    headers = await personal(house, "alice")
    shown = (await house.call("POST", CLIENTS, json=ACME, headers=headers)).json()
    path = f"{CLIENTS}/{shown['clientId']}"
    assert (await house.call("GET", path, headers=await signed_in(house, "alice"))).json() == shown
    assert shown["clientId"] in (await house.call("GET", CLIENTS, headers=headers)).text
    assert (await house.call("GET", path, headers=headers)).status_code == 200
    assert (await house.call("PUT", path, json=ACME, headers=headers)).status_code == 200
    secret = await house.call("POST", f"{path}/secret", headers=headers)
    assert secret.status_code == 201
    assert (await house.call("DELETE", f"{path}/secret/{secret.json()['id']}", headers=headers)).status_code == 200
    assert (await house.call("DELETE", path, headers=headers)).status_code == 200


async def test_a_valid_token_is_refused_where_only_a_session_counts(house: House):
    headers = await personal(house, "alice")
    for method, path in SESSION_ONLY:
        assert said(await house.call(method, path, headers=headers)) == (403, FORBIDDEN), path


async def test_an_unknown_token_is_401_also_where_only_a_session_counts(house: House):
    headers = {"authorization": f"Bearer teable_acc{'0' * 16}_{'A' * 43}="}
    assert said(await house.call("GET", TOKENS, headers=headers)) == (401, UNAUTHORIZED)


SPOILED = (
    lambda value: value.replace("Bearer", "bearer"),
    lambda value: value.replace("Bearer ", "Bearer  "),
    lambda value: value.removesuffix("="),
    lambda value: value + "=",
    lambda value: value.replace("teable_acc", "teable_acd"),
    lambda value: value.removeprefix("Bearer "),
    lambda value: value.replace("Bearer", "Basic"),
    lambda _: "Bearer " + "x" * 5000,
    lambda _: "",
)


async def test_a_token_that_is_not_exactly_right_is_401(house: House):
    right = (await personal(house, "alice"))["authorization"]
    for spoil in SPOILED:
        answer = await house.call("GET", CLIENTS, headers={"authorization": spoil(right)})
        assert said(answer) == (401, UNAUTHORIZED), spoil(right)


async def test_two_authorization_headers_are_none(house: House):
    value = (await personal(house, "alice"))["authorization"]
    answer = await house.call("GET", CLIENTS, headers=[("authorization", value), ("authorization", value)])
    assert said(answer) == (401, UNAUTHORIZED)


async def test_credentials_of_other_surfaces_are_answered_like_garbage(house: House):
    key = house.instance.setups["teable"].cookie_key
    for surface in ("native", "timbrix", "rocketchat"):
        token = await house.token("alice", surface)
        for headers in ({"authorization": f"Bearer {token}"}, {"cookie": f"auth_session={sign(token, key)}"}):
            assert said(await house.call("GET", CLIENTS, headers=headers)) == (401, UNAUTHORIZED)


async def test_the_session_token_alone_is_no_cookie_and_no_bearer_token(house: House):
    token = await house.token("alice", "teable")
    for headers in (
        {"cookie": f"auth_session={token}"},
        {"cookie": f"auth_session={sign(token, b'another key')}"},
        {"authorization": f"Bearer {token}"},
    ):
        assert said(await house.call("GET", CLIENTS, headers=headers)) == (401, UNAUTHORIZED)


async def test_a_session_ends_after_seven_days_however_long_the_cookie_lives(house: House):
    answer = await house.call("POST", "/api/auth/signin", json={"email": "alice@example.com", "password": "password"})
    assert answer.status_code == 200
    house.clock.pass_(days=7, seconds=-1)
    assert (await house.call("GET", CLIENTS)).status_code == 200
    house.clock.pass_(seconds=1)
    assert said(await house.call("GET", CLIENTS)) == (401, UNAUTHORIZED)


@pytest.mark.settings(teable_session_days=1)
async def test_an_operator_sets_how_long_a_session_lasts(house: House):
    await house.call("POST", "/api/auth/signin", json={"email": "alice@example.com", "password": "password"})
    house.clock.pass_(days=1, seconds=-1)
    assert (await house.call("GET", CLIENTS)).status_code == 200
    house.clock.pass_(seconds=1)
    assert (await house.call("GET", CLIENTS)).status_code == 401


async def test_an_expired_token_is_401_to_the_millisecond(house: House):
    headers = await personal(house, "alice", expiredTime="2026-11-19T00:00:00.000Z")
    house.clock.now = 1_795_046_399_999
    assert (await house.call("GET", CLIENTS, headers=headers)).status_code == 200
    house.clock.now += 1
    assert said(await house.call("GET", CLIENTS, headers=headers)) == (401, UNAUTHORIZED)


async def test_a_deactivated_person_is_out_by_cookie_and_by_token(house: House):
    cookie, token = await signed_in(house, "bob"), await personal(house, "bob")
    bob = await house.user("bob")
    await house.services.users.update(await house.actor("admin"), bob.id, {"active": False})
    for headers in (cookie, token):
        assert said(await house.call("GET", CLIENTS, headers=headers)) == (401, UNAUTHORIZED)


async def test_the_cookie_is_looked_at_before_the_token(house: House):
    await made(house, "mallory", name="Of the cookie")
    both = {**await signed_in(house, "mallory"), **await personal(house, "alice")}
    assert "Of the cookie" in (await house.call("GET", CLIENTS, headers=both)).text
    both = {**await signed_in(house, "mallory"), "authorization": "Bearer nonsense"}
    assert "Of the cookie" in (await house.call("GET", CLIENTS, headers=both)).text


async def test_a_stale_cookie_does_not_stand_in_the_way_of_a_token(house: House):
    headers = {"cookie": "auth_session=stale.signature", **await personal(house, "alice")}
    assert (await house.call("GET", CLIENTS, headers=headers)).status_code == 200


ELSEWHERE = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:8001"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
)


async def test_another_site_changes_nothing_with_the_cookie(house: House):
    cookie = await signed_in(house, "alice")
    shown = await made(house, "alice")
    path = f"{CLIENTS}/{shown['clientId']}"
    for started_by in ELSEWHERE:
        for method, target in (("POST", CLIENTS), ("PUT", path), ("DELETE", path), ("POST", f"{path}/secret")):
            answer = await house.call(method, target, json={**ACME, "name": "Evil"}, headers={**cookie, **started_by})
            assert said(answer) == (403, FORBIDDEN), started_by
    assert (await house.call("GET", path, headers=cookie)).json() == shown
    assert "Evil" not in (await house.call("GET", CLIENTS, headers=cookie)).text


async def test_our_own_pages_and_programs_write_with_the_cookie(house: House):
    for started_by in ({"origin": "http://127.0.0.1:8000"}, {"sec-fetch-site": "same-origin"}, {}):
        headers = {**await signed_in(house, "alice"), **started_by}
        assert (await house.call("POST", CLIENTS, json=ACME, headers=headers)).status_code == 201


async def test_reading_with_the_cookie_and_writing_with_a_token_may_start_anywhere(house: House):
    elsewhere = {"origin": "https://tool.example", "sec-fetch-site": "cross-site"}
    answer = await house.call("GET", CLIENTS, headers={**await signed_in(house, "alice"), **elsewhere})
    assert answer.status_code == 200
    answer = await house.call("POST", CLIENTS, json=ACME, headers={**await personal(house, "alice"), **elsewhere})
    assert answer.status_code == 201


async def test_another_site_signs_nobody_in(house: House):
    body = {"email": "alice@example.com", "password": "password"}
    for path in ("/api/auth/signin", "/api/auth/signup"):
        answer = await house.call("POST", path, json=body, headers={"origin": "https://evil.example"})
        assert said(answer) == (403, FORBIDDEN)
        assert "set-cookie" not in answer.headers


UNSERVED = (
    ("GET", "/api/oauth/nothing"),
    ("PATCH", CLIENTS),
    ("DELETE", CLIENTS),
    ("POST", f"{CLIENTS}/clt0000000000000000"),
    ("GET", f"{CLIENTS}/clt0000000000000000/secret"),
    ("PATCH", TOKENS),
)


async def test_what_is_not_served_is_404_in_the_envelope(house: House):
    headers = await signed_in(house, "alice")
    for method, path in UNSERVED:
        assert said(await house.call(method, path, headers=headers)) == (404, NOWHERE), (method, path)


async def test_guessing_tokens_is_throttled_and_a_good_token_never_is(house: House):
    good = await personal(house, "alice")
    bad = {"authorization": f"Bearer teable_acc{'0' * 16}_{'A' * 43}="}
    for _ in range(300):
        assert (await house.call("GET", CLIENTS, headers=bad)).status_code == 401
    house.clock.pass_(seconds=60)
    answer = await house.call("GET", CLIENTS, headers=bad)
    assert said(answer) == throttled(240)
    assert answer.headers["retry-after"] == "240"
    assert (await house.call("GET", CLIENTS, headers=good)).status_code == 200
    assert (await house.call("GET", CLIENTS)).status_code == 401
    house.clock.pass_(seconds=240)
    assert (await house.call("GET", CLIENTS, headers=bad)).status_code == 401


async def test_a_user_may_have_many_sessions(house: House):
    kind = SessionKind("teable", Form("", "0123456789", 40), 1000)
    opened = [await house.services.sessions.open(await house.user("bob"), kind) for _ in range(5)]
    key = house.instance.setups["teable"].cookie_key
    for each in opened:
        headers = {"cookie": f"auth_session={sign(each.token, key)}"}
        assert (await house.call("GET", CLIENTS, headers=headers)).status_code == 200
