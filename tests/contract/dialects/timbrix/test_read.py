"""GET /api/oauth/apps/{clientId}, GET /api/oauth/apps/organization/{organizationId}, and who may call at all."""

import re

import pytest

from licet.dialects.timbrix.routes import surface
from licet.domain.secret import Form
from licet.services.applications import Registration
from licet.services.personal_tokens import Wanted
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.scene import (
    APPS,
    DIGITS,
    END_TOKEN,
    MANAGED,
    NO_APPLICATION,
    NOBODY,
    NOW,
    ROLE_TOO_LOW,
    UNKNOWN,
    call,
    foreign,
    kept,
    narrowed,
    registered,
    uuid,
)


async def test_an_application_is_eight_keys_and_a_tag(house: House):
    made = await registered(house)
    answer = await call(house, "carol", "GET", f"{APPS}/{made['clientId']}")
    assert answer.status_code == 200
    assert answer.text == (
        f'{{"clientId":"{made["clientId"]}","name":"Payroll Connector","description":"Reads members for payroll",'
        '"redirectUri":"https://payroll.example/cb","scopes":["read:organization","read:members"],"isActive":true,'
        f'"createdAt":"{NOW}","updatedAt":"{NOW}"}}'
    )
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


async def test_the_tag_does_not_depend_on_secrets(house: House):
    path = f"{APPS}/{(await registered(house))['clientId']}"
    before = (await call(house, "alice", "GET", path)).headers["etag"]
    assert (await call(house, "alice", "POST", f"{path}/secrets")).status_code == 201
    assert (await call(house, "alice", "GET", path)).headers["etag"] == before


async def test_a_stranger_is_answered_as_if_it_did_not_exist(house: House):
    for method in ["GET", "PUT", "DELETE"]:
        made = await registered(house)
        hidden = await call(house, "mallory", method, f"{APPS}/{made['clientId']}", content=b"{")
        unknown = await call(house, "mallory", method, UNKNOWN, content=b"{")
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.content == unknown.content
        assert unknown.json() == NO_APPLICATION
        ours = {"x-request-id", "date"}
        assert {key: value for key, value in hidden.headers.items() if key not in ours} == {
            key: value for key, value in unknown.headers.items() if key not in ours
        }


async def test_a_member_whose_role_is_too_low_is_told_so(house: House):
    for method in ["GET", "PUT", "DELETE"]:
        made = await registered(house)
        answer = await call(house, "bob", method, f"{APPS}/{made['clientId']}", content=b"{")
        assert answer.status_code == 403
        assert answer.json() == ROLE_TOO_LOW
        assert await kept(house, made["clientId"]) is not None


async def test_the_instance_permission_reads_every_application(house: House):
    made = await registered(house)
    assert (await call(house, "admin", "GET", f"{APPS}/{made['clientId']}")).status_code == 200


def test_no_route_is_left_out_here(house: House):
    served = {
        (route.method, re.sub(r"\{[^}]*\}", "[^/]+", route.path))
        for route in surface(house.instance.setups["timbrix"]).routes
        if getattr(route.operation, "security", None) == ("bearer",)
    }
    called = {
        (method, pattern)
        for method, pattern in served
        if any(method == other and re.fullmatch(pattern, path) for other, path in (*MANAGED, END_TOKEN))
    }
    assert called == served
    assert len(served) == len(MANAGED) + 1


@pytest.mark.settings(limits=False)
async def test_every_route_asks_who_calls(house: House):
    for method, path in (*MANAGED, END_TOKEN):
        wrong = [
            {},
            {"authorization": "Bearer"},
            {"authorization": "Bearer "},
            {"authorization": f"Bearer {'x' * 43}"},
            {"authorization": f"Bearer {'x' * 5000}"},
            {"authorization": f"Basic {await house.token('alice')}"},
            {"authorization": await house.token("alice")},
            {"cookie": f"auth_session={await house.token('alice', 'teable')}"},
            {"x-auth-token": await house.token("alice", "rocketchat")},
            [("authorization", f"Bearer {await house.token(who)}") for who in ("alice", "alice")],
        ]
        for headers in wrong:
            answer = await house.call(method, path, headers=headers)
            assert answer.status_code == 401, headers
            assert answer.json() == NOBODY
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_session_of_another_surface_opens_nothing(house: House):
    for other in ["teable", "rocketchat", "timbrix", "rfc", "console"]:
        headers = {"authorization": f"Bearer {await house.token('alice', other)}"}
        assert (await house.call("GET", APPS, headers=headers)).json() == NOBODY


async def test_the_scheme_is_read_in_any_case(house: House):
    headers = {"authorization": f"bEARER {await house.token('alice')}"}
    assert (await house.call("GET", APPS, headers=headers)).status_code == 200


async def test_an_expired_session_opens_nothing(house: House):
    headers = await house.bearer("alice")
    house.clock.pass_(days=366)
    assert (await house.call("GET", APPS, headers=headers)).json() == NOBODY


async def test_an_ended_session_opens_nothing(house: House):
    headers = await house.bearer("alice")
    assert (await house.call("GET", APPS, headers=headers)).status_code == 200
    alice = await house.actor("alice")
    await house.services.sessions.end_all(alice, alice.id, "native")
    assert (await house.call("GET", APPS, headers=headers)).json() == NOBODY


async def test_a_personal_access_token_that_expired_or_was_removed_opens_nothing(house: House):
    alice = await house.actor("alice")
    form = Form("licet_pat_", DIGITS, 43)
    issued = await house.services.personal_tokens.create(
        alice, Wanted(name="short", expires_at=house.clock.now + 1000), form
    )
    headers = {"authorization": f"Bearer {issued.value}"}
    assert (await house.call("GET", APPS, headers=headers)).status_code == 200
    house.clock.pass_(seconds=1)
    assert (await house.call("GET", APPS, headers=headers)).json() == NOBODY
    removed = await narrowed(house, "alice", "applications:read")
    assert (await house.call("GET", APPS, headers=removed)).status_code == 200
    for token in await house.services.personal_tokens.of(alice):
        await house.services.personal_tokens.remove(alice, token.id)
    assert (await house.call("GET", APPS, headers=removed)).json() == NOBODY


async def test_who_was_deactivated_is_nobody(house: House):
    headers = await house.bearer("carol")
    carol = await house.user("carol")
    await house.services.users.update(await house.actor("admin"), carol.id, {"active": False})
    assert (await house.call("GET", APPS, headers=headers)).json() == NOBODY


async def test_wrong_tokens_are_counted_by_address_and_right_ones_never_refused(house: House):
    wrong = {"authorization": f"Bearer {'x' * 43}"}
    statuses = [(await house.call("GET", APPS, headers=wrong)).status_code for _ in range(301)]
    assert statuses == [401] * 300 + [429]
    answer = await house.call("GET", APPS, headers=wrong)
    assert answer.json() == {"statusCode": 429, "message": "Too many requests", "error": "Too Many Requests"}
    assert answer.headers["retry-after"] == "300"
    assert (await call(house, "alice", "GET", APPS)).status_code == 200


async def test_a_personal_access_token_does_what_its_scopes_say(house: House):
    path = f"{APPS}/{(await registered(house))['clientId']}"
    reads = await narrowed(house, "alice", "applications:read")
    writes = await narrowed(house, "alice", "applications:read", "applications:write")
    nothing = await narrowed(house, "alice", "users:write")
    assert (await house.call("GET", path, headers=reads)).status_code == 200
    assert (await house.call("GET", f"{APPS}/organization/acme", headers=reads)).status_code == 200
    assert (await house.call("PUT", path, headers=writes, json={})).status_code == 200
    proves = await narrowed(house, "alice", "secrets:write")
    for method, where, headers, status in [
        ("POST", "/secrets", proves, 201),
        ("POST", "/regenerate-secret", proves, 409),  # two are active
        ("DELETE", "/secrets/none", proves, 404),
        ("DELETE", "/tokens", writes, 204),
    ]:
        assert (await house.call(method, path + where, headers=headers)).status_code == status, where
    for method, where, headers, scope in [
        ("PUT", path, reads, "applications:write"),
        ("DELETE", path, reads, "applications:write"),
        ("POST", f"{path}/suspend", reads, "applications:write"),
        ("POST", f"{path}/secrets", writes, "secrets:write"),
        ("GET", path, nothing, "applications:read"),
        ("GET", APPS, nothing, "applications:read"),
        ("GET", f"{APPS}/organization/acme", nothing, "applications:read"),
        ("GET", f"{path}/events", nothing, "applications:read"),
    ]:
        answer = await house.call(method, where, headers=headers)
        assert answer.status_code == 403, (method, where)
        message = f"The token lacks the scope {scope}"
        assert answer.json() == {"statusCode": 403, "message": message, "error": "Forbidden"}


async def test_an_organization_lists_all_its_applications_as_a_bare_array(house: House):
    one = await registered(house, "mallory", name="One", description=None, scopes=["read:user"])
    house.clock.pass_(seconds=600)
    two = await registered(house, "mallory", name="Two", description=None, scopes=["read:user"])
    answer = await call(house, "mallory", "GET", f"{APPS}/organization/other")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == (
        f'[{{"clientId":"{one["clientId"]}","name":"One","description":null,'
        '"redirectUri":"https://payroll.example/cb","scopes":["read:user"],"isActive":true,'
        '"createdAt":"2026-11-18T11:06:40Z","updatedAt":"2026-11-18T11:06:40Z"},'
        f'{{"clientId":"{two["clientId"]}","name":"Two","description":null,'
        '"redirectUri":"https://payroll.example/cb","scopes":["read:user"],"isActive":true,'
        '"createdAt":"2026-11-18T11:16:40Z","updatedAt":"2026-11-18T11:16:40Z"}]'
    )
    by_uuid = await call(house, "mallory", "GET", f"{APPS}/organization/{uuid(house, 'other')}")
    assert by_uuid.content == answer.content


async def test_an_organization_without_applications_lists_none(house: House):
    answer = await call(house, "mallory", "GET", f"{APPS}/organization/other")
    assert answer.status_code == 200
    assert answer.content == b"[]"


async def test_the_array_is_whole_over_several_pieces(house: House):
    actor = await house.actor("mallory", "timbrix")
    for number in range(510):
        await _plain(house, actor, f"Number {number:03}")
    answer = await call(house, "mallory", "GET", f"{APPS}/organization/other")
    assert [app["name"] for app in answer.json()] == [f"Number {number:03}" for number in range(510)]


async def _plain(house: House, actor, name: str) -> None:
    house.clock.now += 1
    settings = {"client_name": name, "organization_id": house.organizations["other"]}
    await house.services.applications.register(
        actor, Registration(settings=settings, client_id=Form("app_", DIGITS, 16))
    )


NOT_MANAGED = [
    ("bob", "acme"),
    ("mallory", "acme"),
    ("alice", "other"),
    ("alice", "nowhere"),
    ("alice", "%20"),
    ("alice", "'--"),
]


async def test_an_organization_that_the_caller_does_not_manage_lists_nothing(house: House):
    for who, name in NOT_MANAGED:
        answer = await call(house, who, "GET", f"{APPS}/organization/{name}")
        assert answer.status_code == 403
        assert answer.json() == ROLE_TOO_LOW


async def test_applications_of_other_surfaces_are_shown_as_far_as_this_one_can_spell_them(house: House):
    client_id = await foreign(
        house,
        scope=("openid", "read:user", "mcp", "write:user"),
        redirect_uris=("https://one.example/cb", "https://two.example/cb"),
    )
    answer = await call(house, "alice", "GET", f"{APPS}/{client_id}")
    assert answer.json() == {
        "clientId": client_id,
        "name": "Foreign",
        "description": None,
        "redirectUri": "https://one.example/cb",
        "scopes": ["read:user", "write:user"],
        "isActive": True,
        "createdAt": NOW,
        "updatedAt": NOW,
    }


ANYBODY = [("GET", "/api/oauth/scopes"), ("GET", "/api/organizations/acme/members")]
"""What any member may see, whatever their token is for."""


@pytest.mark.settings(limits=False)
async def test_a_token_for_something_else_is_refused_before_the_body_is_read(house: House):
    headers = {**await narrowed(house, "alice", "users:write"), "content-type": "text/plain"}
    for method, path in (*MANAGED, END_TOKEN):
        answer = await house.call(method, path, headers=headers, content=b"{")
        if (method, path) in ANYBODY:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, list(answer.json())) == (403, ["statusCode", "message", "error"]), (
                method,
                path,
            )
            assert answer.json()["message"].startswith("The token lacks the scope "), (method, path)


async def test_a_token_that_may_only_read_is_refused_before_the_body_is_read(house: House):
    path = f"{APPS}/{(await registered(house))['clientId']}"
    headers = {**await narrowed(house, "alice", "applications:read"), "content-type": "text/plain"}
    for method, where, scope in (
        ("PUT", "", "applications:write"),
        ("POST", "/activate", "applications:write"),
        ("POST", "/suspend", "applications:write"),
        ("POST", "/transfer", "applications:write"),
        ("POST", "/secrets", "secrets:write"),
        ("POST", "/regenerate-secret", "secrets:write"),
    ):
        answer = await house.call(method, path + where, headers=headers, content=b"{")
        assert (answer.status_code, answer.json()["message"]) == (403, f"The token lacks the scope {scope}"), where
