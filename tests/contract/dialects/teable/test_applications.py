"""Registering, listing, reading and deleting applications."""

import re

from licet.domain.organization import Organization
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import (
    ACME,
    CLIENTS,
    NOT_CREATOR,
    UNKNOWN,
    made,
    said,
    signed_in,
    without_ids,
)


async def test_a_registration_answers_with_exactly_what_was_said_in_this_order(house: House):
    body = {**ACME, "scopes": ["table|read", "record|read", "table|read"]}
    answer = await house.call("POST", CLIENTS, json=body, headers=await signed_in(house, "alice"))
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert without_ids(answer.text) == (
        '{"id":"ROW","name":"Acme Sync","scopes":["table|read","record|read"],"homepage":"https://acme.example",'
        '"redirectUris":["https://acme.example/cb"],"allowDeviceFlow":false,"clientId":"CLIENT"}'
    )
    shown = answer.json()
    assert re.fullmatch(r"c[0-9a-z]{24}", shown["id"])
    assert re.fullmatch(r"clt[0-9a-z]{16}", shown["clientId"])


async def test_everything_that_can_be_said_comes_back_in_order(house: House):
    body = {
        "allowDeviceFlow": True,
        "logo": "form/logo-1",
        "redirectUris": ["https://b.example/cb", "https://a.example/cb", "https://b.example/cb", "cursor://host/cb"],
        "description": "Nightly\n\tsync",
        "scopes": [],
        "homepage": "mailto:owner@acme.example",
        "name": "",
    }
    answer = await house.call("POST", CLIENTS, json=body, headers=await signed_in(house, "alice"))
    assert answer.status_code == 201
    assert without_ids(answer.text) == (
        '{"id":"ROW","name":"","description":"Nightly\\n\\tsync","scopes":[],"homepage":"mailto:owner@acme.example",'
        '"logo":"form/logo-1","redirectUris":["https://b.example/cb","https://a.example/cb","https://b.example/cb",'
        '"cursor://host/cb"],"allowDeviceFlow":true,"clientId":"CLIENT"}'
    )


async def test_blanks_around_urls_are_trimmed_and_those_around_a_name_are_kept(house: House):
    shown = await made(
        house,
        "alice",
        name=" Acme ",
        homepage="  http://localhost:3000\t",
        redirectUris=["\n https://acme.example/cb ", " http://127.0.0.1/cb"],
    )
    assert shown["name"] == " Acme "
    assert shown["homepage"] == "http://localhost:3000"
    assert shown["redirectUris"] == ["https://acme.example/cb", "http://127.0.0.1/cb"]


async def test_names_are_not_unique_and_have_no_maximum(house: House):
    long = "n" * 20_000
    first, second = await made(house, "alice", name=long), await made(house, "alice", name=long)
    assert first["name"] == second["name"] == long
    assert first["clientId"] != second["clientId"]


async def test_unknown_keys_are_dropped_and_nobody_chooses_ids(house: House):
    shown = await made(
        house,
        "alice",
        id="c" + "0" * 24,
        clientId="clt" + "0" * 16,
        secrets=[{"id": "c", "secret": "s"}],
        createdBy="usr0",
        enabled=False,
        __proto__={"x": 1},
    )
    assert shown["clientId"] != "clt" + "0" * 16
    assert shown["id"] != "c" + "0" * 24
    assert shown.keys() == {"id", "name", "homepage", "redirectUris", "allowDeviceFlow", "clientId"}
    kept = await house.store.applications.by_client_id(shown["clientId"])
    assert kept.enabled


async def test_an_application_belongs_to_its_creators_personal_organization_and_may_authorize_only_here(house: House):
    shown = await made(house, "bob")
    kept = await house.store.applications.by_client_id(shown["clientId"])
    bob = await house.user("bob")
    assert (kept.organization_id, kept.created_by, kept.surface) == (bob.organization_id, bob.id, "teable")
    assert kept.protocols == ("teable",)
    assert await house.store.secrets.of(kept.id) == []


async def test_plain_http_beyond_loopback_is_registered_and_marked(house: House):
    shown = await made(house, "alice", redirectUris=["http://example.com/cb"])
    assert shown["redirectUris"] == ["http://example.com/cb"]
    kept = await house.store.applications.by_client_id(shown["clientId"])
    assert kept.insecure
    assert not (await house.store.applications.by_client_id((await made(house, "alice"))["clientId"])).insecure


async def test_the_published_example_is_answered_as_published(house: House):
    headers = await signed_in(house, "alice")
    body = {
        "name": "string",
        "description": "string",
        "homepage": "http://example.com",
        "logo": "string",
        "scopes": ["table|create"],
        "redirectUris": ["http://example.com"],
    }
    answer = await house.call("POST", CLIENTS, json=body, headers=headers)
    shown = without_ids(answer.text)
    assert answer.status_code == 201
    assert shown == (
        '{"id":"ROW","name":"string","description":"string","scopes":["table|create"],"homepage":"http://example.com",'
        '"logo":"string","redirectUris":["http://example.com"],"allowDeviceFlow":false,"clientId":"CLIENT"}'
    )
    path = f"{CLIENTS}/{answer.json()['clientId']}"
    answer = await house.call("PUT", path, json={**body, "clientId": "string", "secrets": []}, headers=headers)
    assert (answer.status_code, without_ids(answer.text)) == (200, shown)

    unfilled = {**body, "scopes": ["string"]}
    assert said(await house.call("PUT", f"{CLIENTS}/string", json=unfilled, headers=headers)) == (404, UNKNOWN)
    status, text = said(await house.call("PUT", path, json=unfilled, headers=headers))
    assert status == 400
    assert text.startswith(
        '{"message":"Validation error: Invalid option: expected one of \\"app|create\\"|\\"app|delete'
    )
    assert text.endswith('|\\"view|update\\" at \\"scopes[0]\\"","status":400,"code":"validation_error"}')


async def test_a_form_says_the_same_as_json(house: House):
    headers = {**await signed_in(house, "alice"), "content-type": "application/x-www-form-urlencoded"}
    form = (
        "name=Acme+Sync&homepage=https%3A%2F%2Facme.example&redirectUris%5B%5D=https%3A%2F%2Facme.example%2Fcb"
        "&redirectUris[]=https://acme.example/b&scopes=table%7Cread&scopes=record%7Cread&more=dropped"
    )
    answer = await house.call("POST", CLIENTS, content=form, headers=headers)
    assert answer.status_code == 201
    assert without_ids(answer.text) == (
        '{"id":"ROW","name":"Acme Sync","scopes":["table|read","record|read"],"homepage":"https://acme.example",'
        '"redirectUris":["https://acme.example/cb","https://acme.example/b"],"allowDeviceFlow":false,'
        '"clientId":"CLIENT"}'
    )
    path = f"{CLIENTS}/{answer.json()['clientId']}"
    form = "name=B&homepage=https://b.example&redirectUris[0]=https://b.example/cb&redirectUris[1]=https://c.example"
    answer = await house.call("PUT", path, content=form, headers=headers)
    assert answer.status_code == 200
    assert without_ids(answer.text) == (
        '{"id":"ROW","name":"B","homepage":"https://b.example",'
        '"redirectUris":["https://b.example/cb","https://c.example"],"allowDeviceFlow":false,"clientId":"CLIENT"}'
    )


async def test_the_list_has_exactly_these_keys_and_only_ones_own(house: House):
    full = await made(house, "bob", logo="https://acme.example/logo.png", description="Nightly sync")
    house.clock.pass_(seconds=1)
    plain = await made(house, "bob", name="Plain")
    await made(house, "mallory")
    answer = await house.call("GET", CLIENTS, headers=await signed_in(house, "bob"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == (
        f'[{{"clientId":"{full["clientId"]}","name":"Acme Sync","homepage":"https://acme.example",'
        f'"logo":"https://acme.example/logo.png","description":"Nightly sync"}},'
        f'{{"clientId":"{plain["clientId"]}","name":"Plain","homepage":"https://acme.example"}}]'
    )


async def test_nobodys_list_is_an_empty_array(house: House):
    answer = await house.call("GET", CLIENTS, headers=await signed_in(house, "bob"))
    assert (answer.status_code, answer.text) == (200, "[]")


async def test_a_long_list_is_whole(house: House):
    names = {(await made(house, "bob", name=f"Number {number}"))["name"] for number in range(120)}
    answer = await house.call("GET", CLIENTS, headers=await signed_in(house, "bob"))
    assert {shown["name"] for shown in answer.json()} == names
    assert len(answer.json()) == 120


async def test_reading_shows_what_registering_answered(house: House):
    shown = await made(house, "alice", scopes=["table|read"], description="d", logo="l", allowDeviceFlow=True)
    answer = await house.call("GET", f"{CLIENTS}/{shown['clientId']}", headers=await signed_in(house, "alice"))
    assert answer.status_code == 200
    assert list(answer.json().items()) == list(shown.items())


async def test_an_unknown_application_is_404_before_anything_else_is_looked_at(house: House):
    headers = {**await signed_in(house, "alice"), "content-type": "application/json"}
    for unknown in ("clt0000000000000000", "x", "%F0%9F%92%A9", "c" * 600, "'%20OR%201=1"):
        path = f"{CLIENTS}/{unknown}"
        for method, target in (
            ("GET", path),
            ("PUT", path),
            ("DELETE", path),
            ("POST", f"{path}/secret"),
            ("DELETE", f"{path}/secret/x"),
        ):
            assert said(await house.call(method, target, content=b"{broken", headers=headers)) == (404, UNKNOWN)


async def _refused(house: House, name: str, client_id: str) -> None:
    headers = {**await signed_in(house, name), "content-type": "application/json"}
    path = f"{CLIENTS}/{client_id}"
    for method, target in (
        ("GET", path),
        ("PUT", path),
        ("DELETE", path),
        ("POST", f"{path}/secret"),
        ("DELETE", f"{path}/secret/x"),
    ):
        answer = await house.call(method, target, content=b"{broken", headers=headers)
        assert said(answer) == (403, NOT_CREATOR), (method, target)
    assert client_id not in (await house.call("GET", CLIENTS, headers=headers)).text


async def test_only_the_creator_may_whoever_else_may_elsewhere(house: House):
    shown = await made(house, "alice")
    for name in ("mallory", "bob", "carol", "admin"):
        await _refused(house, name, shown["clientId"])
    assert (
        await house.call("GET", f"{CLIENTS}/{shown['clientId']}", headers=await signed_in(house, "alice"))
    ).json() == shown


async def _moved_to_acme(house: House, client_id: str) -> None:
    acme = house.organizations["acme"]
    await house.services.applications.update(await house.actor("carol"), client_id, lambda _: {"organization_id": acme})


async def test_a_creator_who_is_demoted_or_removed_is_no_creator_any_more(house: House):
    shown = await made(house, "carol")
    client_id, acme = shown["clientId"], house.organizations["acme"]
    await _moved_to_acme(house, client_id)
    path, headers = f"{CLIENTS}/{client_id}", await signed_in(house, "carol")
    assert (await house.call("PUT", path, json={**ACME, "name": "Moved"}, headers=headers)).status_code == 200
    assert client_id in (await house.call("GET", CLIENTS, headers=headers)).text
    # The owner of the organization that owns it now manages it elsewhere; here the creator is asked for.
    await _refused(house, "alice", client_id)

    alice, carol = await house.actor("alice"), await house.user("carol")
    await house.services.organizations.set_role(alice, acme, carol.id, "member")
    await _refused(house, "carol", client_id)
    await house.services.organizations.set_role(alice, acme, carol.id, "admin")
    assert (await house.call("GET", path, headers=headers)).json()["name"] == "Moved"
    await house.services.organizations.remove_member(alice, acme, carol.id)
    await _refused(house, "carol", client_id)
    await _refused(house, "alice", client_id)


async def test_an_application_moved_away_is_out_of_its_creators_hands(house: House):
    shown = await made(house, "mallory")
    acme = house.organizations["acme"]
    assert isinstance(await house.store.organizations.by_id(acme), Organization)
    await house.services.applications.update(
        await house.actor("admin"), shown["clientId"], lambda _: {"organization_id": acme}
    )
    await _refused(house, "mallory", shown["clientId"])


async def test_a_deleted_application_is_gone_at_once(house: House):
    headers = await signed_in(house, "alice")
    shown = await made(house, "alice")
    path = f"{CLIENTS}/{shown['clientId']}"
    await house.call("POST", f"{path}/secret", headers=headers)
    answer = await house.call("DELETE", path, headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert "content-type" not in answer.headers
    for method in ("GET", "PUT", "DELETE"):
        assert said(await house.call(method, path, json=ACME, headers=headers)) == (404, UNKNOWN)
    assert shown["clientId"] not in (await house.call("GET", CLIENTS, headers=headers)).text


async def test_deleting_does_not_look_at_a_body(house: House):
    headers = {**await signed_in(house, "alice"), "content-type": "application/json"}
    for content in (b"", b"{broken", b'{"anything":1}'):
        path = f"{CLIENTS}/{(await made(house, 'alice'))['clientId']}"
        assert (await house.call("DELETE", path, content=content, headers=headers)).status_code == 200


async def test_an_application_of_another_surface_shows_what_can_be_spelled_here(house: House):
    shown = await made(house, "alice", scopes=["table|read"])
    await house.services.applications.update(
        await house.actor("alice"),
        shown["clientId"],
        lambda _: {"client_uri": None, "scope": ["openid", "record|read", "email", "table|read"]},
    )
    answer = await house.call("GET", f"{CLIENTS}/{shown['clientId']}", headers=await signed_in(house, "alice"))
    assert without_ids(answer.text) == (
        '{"id":"ROW","name":"Acme Sync","scopes":["record|read","table|read"],"homepage":"",'
        '"redirectUris":["https://acme.example/cb"],"allowDeviceFlow":false,"clientId":"CLIENT"}'
    )
