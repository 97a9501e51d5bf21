"""PUT and DELETE /api/oauth/apps/{clientId}."""

import asyncio
from dataclasses import replace

from licet.domain.revision import of_application
from tests.contract.dialects.house import EPOCH, House
from tests.contract.dialects.timbrix.scene import (
    APPS,
    LATER,
    MINUTES,
    MISMATCH,
    NO_APPLICATION,
    NOBODY,
    NOT_JSON,
    NOW,
    ROLE_TOO_LOW,
    bad,
    call,
    foreign,
    kept,
    registered,
)


async def test_an_update_answers_exactly_seven_keys(house: House):
    client_id = (await registered(house))["clientId"]
    house.clock.pass_(seconds=MINUTES)
    answer = await call(
        house,
        "carol",
        "PUT",
        f"{APPS}/{client_id}",
        json={
            "name": "Payroll",
            "description": "Weekly",
            "redirectUri": "https://payroll.example/back",
            "scopes": ["write:members", "read:members"],
            "isActive": False,
        },
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["etag"] == '"2"'
    assert answer.text == (
        f'{{"clientId":"{client_id}","name":"Payroll","description":"Weekly",'
        '"redirectUri":"https://payroll.example/back","scopes":["write:members","read:members"],"isActive":false,'
        '"updatedAt":"2026-11-18T11:16:40Z"}'
    )
    shown = (await call(house, "alice", "GET", f"{APPS}/{client_id}")).json()
    assert shown == {**answer.json(), "createdAt": NOW}


CHANGES = [
    ({"name": " Renamed "}, {"name": "Renamed"}),
    ({"name": "\U0001f4b0" * 100}, {"name": "\U0001f4b0" * 100}),
    ({"description": None}, {"description": None}),
    ({"description": ""}, {"description": ""}),
    ({"description": "\u20ac" * 500}, {"description": "\u20ac" * 500}),
    ({"redirectUri": None}, {"redirectUri": None}),
    ({"redirectUri": "http://localhost:3000/cb"}, {"redirectUri": "http://localhost:3000/cb"}),
    ({"scopes": ["read:user", "read:user"]}, {"scopes": ["read:user"]}),
    ({"scopes": ["read:members", "read:organization"]}, {"scopes": ["read:members", "read:organization"]}),
    ({"isActive": False}, {"isActive": False}),
]


async def test_what_is_left_out_is_kept(house: House):
    for said, changed in CHANGES:
        house.clock.now = EPOCH
        made = await registered(house)
        house.clock.pass_(seconds=MINUTES)
        answer = await call(house, "alice", "PUT", f"{APPS}/{made['clientId']}", json=said)
        assert answer.status_code == 200
        rest = {key: value for key, value in made.items() if key not in {"createdAt", "clientSecret"}}
        assert answer.json() == {**rest, **changed, "updatedAt": LATER}


NO_CHANGES = [
    {},
    {"name": "Payroll Connector"},
    {"name": "  Payroll Connector\n"},
    {"scopes": ["read:organization", "read:members", "read:organization"]},
    {
        "name": "Payroll Connector",
        "description": "Reads members for payroll",
        "redirectUri": "https://payroll.example/cb",
        "scopes": ["read:organization", "read:members"],
        "isActive": True,
    },
]


async def test_equal_values_change_nothing(house: House):
    for said in NO_CHANGES:
        house.clock.now = EPOCH
        made = await registered(house)
        path = f"{APPS}/{made['clientId']}"
        house.clock.pass_(seconds=MINUTES)
        answer = await call(house, "alice", "PUT", path, json=said)
        assert answer.status_code == 200
        assert answer.json() == {
            "clientId": made["clientId"],
            "name": "Payroll Connector",
            "description": "Reads members for payroll",
            "redirectUri": "https://payroll.example/cb",
            "scopes": ["read:organization", "read:members"],
            "isActive": True,
            "updatedAt": NOW,
        }
        assert answer.headers["etag"] == '"1"'
        events = (await call(house, "alice", "GET", f"{path}/events")).json()
        assert [event["type"] for event in events] == ["oauth_app.created"]


FAULTS = [
    ([], ["body must be a JSON object"]),
    ("name", ["body must be a JSON object"]),
    ({"name": None}, ["name cannot be null"]),
    ({"name": 5}, ["name must be a string"]),
    ({"name": ""}, ["name must be 1 to 100 characters"]),
    ({"name": " \u3000 "}, ["name must be 1 to 100 characters"]),
    ({"name": "a" * 101}, ["name must be 1 to 100 characters"]),
    ({"name": "\U0001f4b0" * 101}, ["name must be 1 to 100 characters"]),
    ({"name": "a\nb"}, ["name must not contain control characters"]),
    ({"description": 0}, ["description must be a string"]),
    ({"description": ["a"]}, ["description must be a string"]),
    ({"description": "a" * 501}, ["description must be at most 500 characters"]),
    ({"description": "a\u202e"}, ["description must not contain control characters"]),
    ({"redirectUri": ["https://payroll.example/cb"]}, ["redirectUri must be a string"]),
    ({"redirectUri": ""}, ["redirectUri must be an allowed absolute URI"]),
    ({"redirectUri": "http://payroll.example/cb"}, ["redirectUri must be an allowed absolute URI"]),
    ({"redirectUri": "https://*.example/cb"}, ["redirectUri must be an allowed absolute URI"]),
    ({"redirectUri": " https://payroll.example/cb"}, ["redirectUri must be an allowed absolute URI"]),
    ({"scopes": None}, ["scopes cannot be null"]),
    ({"scopes": "read:user"}, ["scopes must be an array of strings"]),
    ({"scopes": {"0": "read:user"}}, ["scopes must be an array of strings"]),
    ({"scopes": []}, ["scopes must not be empty"]),
    ({"scopes": [None, 1, "read:user"]}, ["scopes[0] cannot be null", "scopes[1] must be a string"]),
    (
        {"scopes": ["read:user", "read:users", "openid", "Read:User", ""]},
        [
            "scopes[1] is not a known scope: read:users",
            "scopes[2] is not a known scope: openid",
            "scopes[3] is not a known scope: Read:User",
            "scopes[4] is not a known scope",
        ],
    ),
    ({"isActive": None}, ["isActive cannot be null"]),
    ({"isActive": "true"}, ["isActive must be a boolean"]),
    ({"isActive": 1}, ["isActive must be a boolean"]),
    ({"clientId": "app_b9c38bbc3acb6586"}, ["clientId cannot be changed"]),
    ({"clientSecret": "cs_mine"}, ["clientSecret cannot be changed"]),
    ({"createdAt": NOW, "updatedAt": NOW}, ["createdAt cannot be changed", "updatedAt cannot be changed"]),
    ({"foo": 1, "Name": "a"}, ["foo is not a known field", "Name is not a known field"]),
    ({"organizationId": "acme"}, ["organizationId is not a known field"]),
    ({"x" * 1000: 1}, ["x" * 100 + " is not a known field"]),
    (
        {"name": "", "isActive": "no", "clientSecret": "cs_mine", "foo": 1, "scopes": [], "redirectUri": "x"},
        [
            "name must be 1 to 100 characters",
            "redirectUri must be an allowed absolute URI",
            "scopes must not be empty",
            "isActive must be a boolean",
            "clientSecret cannot be changed",
            "foo is not a known field",
        ],
    ),
]


async def test_every_fault_is_told_at_once_and_nothing_is_changed(house: House):
    for body, faults in FAULTS:
        client_id = (await registered(house))["clientId"]
        before = await kept(house, client_id)
        answer = await call(house, "alice", "PUT", f"{APPS}/{client_id}", json=body)
        assert answer.status_code == 400
        assert answer.json() == bad(*faults)
        assert await kept(house, client_id) == before


async def test_a_right_field_beside_a_wrong_one_is_not_written(house: House):
    client_id = (await registered(house))["clientId"]
    before = await kept(house, client_id)
    await call(house, "alice", "PUT", f"{APPS}/{client_id}", json={"name": "Renamed", "isActive": "false"})
    assert await kept(house, client_id) == before


async def test_a_parameter_that_is_not_known_is_refused_and_nothing_is_written(house: House):
    queries = {
        "dryRun=1": "dryRun must be a boolean",
        "dryRun=": "dryRun must be a boolean",
        "dryRun=True": "dryRun must be a boolean",
        "x=1&dryRun=true": "x is not a known field",
        "dryrun": "dryrun is not a known field",
    }
    for query, fault in queries.items():
        client_id = (await registered(house))["clientId"]
        before = await kept(house, client_id)
        answer = await call(house, "alice", "PUT", f"{APPS}/{client_id}?{query}", json={"name": "Renamed"})
        assert answer.status_code == 400
        assert answer.json() == bad(fault)
        assert await kept(house, client_id) == before


PRIVILEGED = [
    ("alice", ["read:user"], ["admin:organization"], None),
    ("carol", ["read:user"], ["read:user", "admin:organization"], "admin:organization"),
    ("alice", ["read:user"], ["admin:all", "admin:organization"], "admin:all"),
    ("carol", ["admin:organization"], ["admin:organization"], None),
    ("carol", ["admin:organization"], ["read:user", "admin:organization"], None),
    ("carol", ["admin:organization", "read:user"], ["read:user"], None),
]


async def test_a_privileged_scope_is_given_by_who_holds_it_and_kept_by_who_has_it(house: House):
    for who, present, wanted, refused in PRIVILEGED:
        client_id = (await registered(house, scopes=present))["clientId"]
        answer = await call(house, who, "PUT", f"{APPS}/{client_id}", json={"scopes": wanted, "name": "Renamed"})
        if refused is None:
            assert answer.status_code == 200
            assert answer.json()["scopes"] == wanted
        else:
            assert answer.status_code == 403
            message = f"Scope {refused} cannot be granted by the caller"
            assert answer.json() == {"statusCode": 403, "message": message, "error": "Forbidden"}
            assert (await kept(house, client_id)).client_name == "Payroll Connector"


async def test_who_has_admin_all_keeps_it_when_it_is_sent_unchanged(house: House):
    client_id = await foreign(house, scope=("read:user",))
    present = await kept(house, client_id)
    await _plant(house, present, scope=("read:user", "admin:all"))
    for scopes in (["read:user", "admin:all"], ["admin:all", "read:members"]):
        answer = await call(house, "carol", "PUT", f"{APPS}/{client_id}", json={"scopes": scopes})
        assert answer.status_code == 200
        assert answer.json()["scopes"] == scopes
    await call(house, "carol", "PUT", f"{APPS}/{client_id}", json={"scopes": ["read:user"]})
    answer = await call(house, "carol", "PUT", f"{APPS}/{client_id}", json={"scopes": ["admin:all"]})
    assert answer.status_code == 403


async def _plant(house: House, present, **settings) -> None:
    """What no surface lets anybody write, as an import would."""
    wanted = replace(present, version=present.version + 1, **settings)
    change = of_application(
        await house.actor("alice"), "application.updated", present, wanted, change_id="f" * 24, at=house.clock.now
    )
    assert await house.store.applications.replace(present, wanted, change)


ORDER = [
    (None, b"{", "text/plain", '"9"', NOBODY),
    ("mallory", b"{", "text/plain", '"9"', NO_APPLICATION),
    ("bob", b"{", "text/plain", '"9"', ROLE_TOO_LOW),
    ("carol", b"{", "text/plain", '"9"', NOT_JSON),
    (
        "carol",
        b"{",
        "application/json",
        '"9"',
        {"statusCode": 400, "message": "The body is not valid JSON.", "error": "Bad Request"},
    ),
    (
        "carol",
        b'{"name":"","scopes":["admin:organization"]}',
        "application/json",
        '"9"',
        bad("name must be 1 to 100 characters"),
    ),
    (
        "carol",
        b'{"name":"a","scopes":["admin:organization"]}',
        "application/json",
        '"9"',
        {
            "statusCode": 403,
            "message": "Scope admin:organization cannot be granted by the caller",
            "error": "Forbidden",
        },
    ),
    ("carol", b'{"name":"a"}', "application/json", '"9"', MISMATCH),
]


async def test_checks_come_in_their_order(house: House):
    for who, content, kind, tag, expected in ORDER:
        client_id = (await registered(house))["clientId"]
        headers = {"content-type": kind, "if-match": tag, **(await house.bearer(who) if who else {})}
        answer = await house.call("PUT", f"{APPS}/{client_id}", content=content, headers=headers)
        assert (answer.status_code, answer.json()) == (expected["statusCode"], expected)
        assert (await kept(house, client_id)).version == 1


async def test_the_tag_that_was_shown_lets_a_change_through(house: House):
    for tag in ['"1"', "*", ' "1" ', '"x", "1"']:
        client_id = (await registered(house))["clientId"]
        headers = {"if-match": tag}
        answer = await call(house, "alice", "PUT", f"{APPS}/{client_id}", json={"name": "Renamed"}, headers=headers)
        assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')


OTHER_TAGS = ['"2"', '"0"', "1", 'W/"1"', '"x"', '"01"', '"2", "3"', '"' + "9" * 40 + '"', "-", ""]


async def test_another_tag_lets_nothing_through(house: House):
    for tag in OTHER_TAGS:
        client_id = (await registered(house))["clientId"]
        for method, body in (("PUT", {"name": "Renamed"}), ("PUT", {}), ("DELETE", None)):
            answer = await call(house, "alice", method, f"{APPS}/{client_id}", json=body, headers={"if-match": tag})
            assert answer.status_code == 412
            assert answer.json() == MISMATCH
        assert (await kept(house, client_id)).client_name == "Payroll Connector"


async def test_of_two_writers_with_the_same_tag_one_is_refused(house: House):
    client_id = (await registered(house))["clientId"]
    tag = (await call(house, "alice", "GET", f"{APPS}/{client_id}")).headers["etag"]
    answers = await asyncio.gather(
        *(
            call(house, who, "PUT", f"{APPS}/{client_id}", json={"name": f"By {who}"}, headers={"if-match": tag})
            for who in ("alice", "carol")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    winner = next(answer.json()["name"] for answer in answers if answer.status_code == 200)
    assert (await kept(house, client_id)).client_name == winner


async def test_writers_without_a_tag_all_get_through(house: House):
    client_id = (await registered(house))["clientId"]
    answers = await asyncio.gather(
        call(house, "alice", "PUT", f"{APPS}/{client_id}", json={"name": "Renamed"}),
        call(house, "carol", "PUT", f"{APPS}/{client_id}", json={"description": "Changed"}),
        call(house, "alice", "PUT", f"{APPS}/{client_id}", json={"scopes": ["read:user"]}),
    )
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    after = await kept(house, client_id)
    assert (after.client_name, after.description, after.scope) == ("Renamed", "Changed", ("read:user",))


async def test_a_delete_is_at_once_and_for_good(house: House):
    client_id = (await registered(house))["clientId"]
    path = f"{APPS}/{client_id}"
    answer = await call(house, "carol", "DELETE", path)
    assert answer.status_code == 204
    assert answer.content == b""
    for method, where in [
        ("GET", path),
        ("PUT", path),
        ("DELETE", path),
        ("POST", f"{path}/suspend"),
        ("POST", f"{path}/activate"),
        ("GET", f"{path}/secrets"),
        ("POST", f"{path}/secrets"),
        ("GET", f"{path}/events"),
    ]:
        gone = await call(house, "alice", method, where)
        assert (gone.status_code, gone.json()) == (404, NO_APPLICATION)
    listed = (await call(house, "alice", "GET", f"{APPS}/organization/acme")).json()
    assert client_id not in [app["clientId"] for app in listed]


async def test_a_delete_may_ask_for_the_state_it_saw(house: House):
    client_id = (await registered(house))["clientId"]
    assert (await call(house, "alice", "DELETE", f"{APPS}/{client_id}", headers={"if-match": '"1"'})).status_code == 204


async def test_of_two_redirect_uris_the_first_is_replaced(house: House):
    one, two, new = (f"https://{name}.example/cb" for name in ("one", "two", "new"))
    client_id = await foreign(house, redirect_uris=(one, two))
    path = f"{APPS}/{client_id}"
    assert (await call(house, "alice", "PUT", path, json={"redirectUri": new})).json()["redirectUri"] == new
    assert (await kept(house, client_id)).redirect_uris == (new, two)
    assert (await call(house, "alice", "PUT", path, json={"redirectUri": two})).json()["redirectUri"] == two
    assert (await kept(house, client_id)).redirect_uris == (two,)
    assert (await call(house, "alice", "PUT", path, json={"redirectUri": None})).json()["redirectUri"] is None
    assert (await kept(house, client_id)).redirect_uris == ()


async def test_null_removes_every_redirect_uri(house: House):
    client_id = await foreign(house, redirect_uris=("https://one.example/cb", "https://two.example/cb"))
    await call(house, "alice", "PUT", f"{APPS}/{client_id}", json={"redirectUri": None})
    assert (await kept(house, client_id)).redirect_uris == ()


async def test_scopes_of_other_catalogues_keep_their_place(house: House):
    client_id = await foreign(house, scope=("openid", "read:user", "mcp", "write:user", "email"))
    answer = await call(house, "alice", "PUT", f"{APPS}/{client_id}", json={"scopes": ["read:members"]})
    assert answer.json()["scopes"] == ["read:members"]
    assert (await kept(house, client_id)).scope == ("openid", "read:members", "mcp", "email")


ODD = [
    {"client_name": " \u00a0odd  ", "description": "a" * 900},
    {"client_name": "", "scope": None},
    {"client_name": "n" * 300, "scope": ("openid", "mcp")},
    {"redirect_uris": ("http://plain.example/cb", "https://two.example/cb", "https://two.example/cb")},
    {"scope": ("openid", "read:user", "email", "write:user"), "logo_uri": "https://logo.example/x.png"},
    {"scope": (), "enabled": False, "require_pkce": False, "contacts": ("a@example.com",)},
]


async def test_what_was_shown_and_comes_back_changes_nothing(house: House):
    for settings in ODD:
        house.clock.now = EPOCH
        client_id = await foreign(house, **settings)
        path = f"{APPS}/{client_id}"
        before = await kept(house, client_id)
        house.clock.pass_(seconds=MINUTES)
        shown = (await call(house, "alice", "GET", path)).json()
        sent = {key: shown[key] for key in ("name", "description", "redirectUri", "scopes", "isActive")}
        answer = await call(house, "alice", "PUT", path, json=sent)
        assert answer.status_code == 200
        assert answer.json() == {"clientId": client_id, **sent, "updatedAt": NOW}
        after = await kept(house, client_id)
        assert (after.version, after.updated_at) == (before.version, before.updated_at)
        assert [getattr(after, name) for name in settings] == [getattr(before, name) for name in settings]
        events = (await call(house, "alice", "GET", f"{path}/events")).json()
        assert [event["type"] for event in events] == ["oauth_app.created"]


async def test_an_update_reaches_applications_of_other_surfaces(house: House):
    client_id = await foreign(house, redirect_uris=("http://plain.example/cb",), client_name="n" * 300)
    answer = await call(house, "alice", "PUT", f"{APPS}/{client_id}", json={"description": "Changed"})
    assert answer.status_code == 200
    after = await kept(house, client_id)
    assert (after.description, after.redirect_uris) == ("Changed", ("http://plain.example/cb",))
