"""What an update keeps, clears and leaves alone."""

from typing import Any

import pytest

from licet.domain.application import Application
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import ACME, CLIENTS, made, refused, said, signed_in, without_ids


async def _put(house: House, client_id: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await house.call("PUT", f"{CLIENTS}/{client_id}", json=body, headers=await signed_in(house, "alice"))
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def _kept(house: House, client_id: str) -> Application:
    found: Application = await house.store.applications.by_client_id(client_id)
    return found


async def _natively(house: House, client_id: str, **settings: Any) -> None:
    await house.services.applications.update(await house.actor("alice"), client_id, lambda _: settings)


async def test_the_answer_is_the_whole_application_without_its_secrets(house: House):
    shown = await made(house, "alice")
    headers = await signed_in(house, "alice")
    path = f"{CLIENTS}/{shown['clientId']}"
    await house.call("POST", f"{path}/secret", headers=headers)
    body = {
        "name": "New",
        "homepage": "https://new.example",
        "redirectUris": ["https://new.example/cb", "http://localhost:5000/cb"],
        "scopes": ["view|read"],
        "description": "About",
        "logo": "logo",
        "allowDeviceFlow": True,
    }
    answer = await house.call("PUT", path, json=body, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert without_ids(answer.text) == (
        '{"id":"ROW","name":"New","description":"About","scopes":["view|read"],"homepage":"https://new.example",'
        '"logo":"logo","redirectUris":["https://new.example/cb","http://localhost:5000/cb"],"allowDeviceFlow":true,'
        '"clientId":"CLIENT"}'
    )
    assert answer.json()["id"] == shown["id"]
    assert answer.json()["clientId"] == shown["clientId"]


async def test_scopes_left_out_are_cleared_and_an_empty_list_stays_a_list(house: House):
    shown = await made(house, "alice", scopes=["table|read", "record|read"])
    assert "scopes" not in await _put(house, shown["clientId"], ACME)
    assert (await _kept(house, shown["clientId"])).scope is None
    assert (await _put(house, shown["clientId"], {**ACME, "scopes": []}))["scopes"] == []
    assert "scopes" not in await _put(house, shown["clientId"], ACME)


async def test_description_logo_and_device_flow_left_out_are_kept(house: House):
    shown = await made(house, "alice", description="d", logo="l", allowDeviceFlow=True)
    again = await _put(house, shown["clientId"], {**ACME, "name": "New"})
    assert again == {**shown, "name": "New"}


async def test_description_and_logo_are_emptied_with_an_empty_string(house: House):
    shown = await made(house, "alice", description="d", logo="l")
    emptied = await _put(house, shown["clientId"], {**ACME, "description": "", "logo": ""})
    assert (emptied["description"], emptied["logo"]) == ("", "")


async def test_what_is_required_at_first_is_required_again(house: House):
    path, headers = f"{CLIENTS}/{(await made(house, 'alice'))['clientId']}", await signed_in(house, "alice")
    for missing, wanted in (("name", "string"), ("homepage", "string"), ("redirectUris", "array")):
        body = {key: value for key, value in ACME.items() if key != missing}
        answer = await house.call("PUT", path, json=body, headers=headers)
        assert said(answer) == refused(f'Invalid input: expected {wanted}, received undefined at "{missing}"')


async def test_null_is_refused_also_where_nothing_is_shown(house: House):
    path, headers = f"{CLIENTS}/{(await made(house, 'alice'))['clientId']}", await signed_in(house, "alice")
    for name, wanted in (
        ("description", "string"),
        ("logo", "string"),
        ("scopes", "array"),
        ("allowDeviceFlow", "boolean"),
    ):
        answer = await house.call("PUT", path, json={**ACME, name: None}, headers=headers)
        assert said(answer) == refused(f'Invalid input: expected {wanted}, received null at "{name}"')


@pytest.mark.parametrize(
    "said_first",
    [
        {},
        {"scopes": []},
        {"scopes": ["table|read"], "description": "d", "logo": "", "allowDeviceFlow": True},
        {"redirectUris": ["http://example.com", "cursor://x/cb"], "homepage": "mailto:a@b.example"},
    ],
)
async def test_sending_back_what_was_shown_changes_nothing_and_writes_no_revision(house: House, said_first):
    shown = await made(house, "alice", **said_first)
    headers = await signed_in(house, "alice")
    path = f"{CLIENTS}/{shown['clientId']}"
    await house.call("POST", f"{path}/secret", headers=headers)
    before = await _kept(house, shown["clientId"])
    changes = await house.store.applications.revisions(before.id, before=None, limit=50)
    whole = (await house.call("GET", path, headers=headers)).json()
    assert "secrets" in whole
    house.clock.pass_(seconds=5)
    assert await _put(house, shown["clientId"], whole) == shown
    after = await _kept(house, shown["clientId"])
    assert (after.version, after.updated_at) == (before.version, before.updated_at)
    assert await house.store.applications.revisions(before.id, before=None, limit=50) == changes


async def test_what_this_surface_cannot_spell_comes_back_as_it_was(house: House):
    shown = await made(house, "alice", scopes=["table|read"])
    client_id = shown["clientId"]
    await _natively(
        house,
        client_id,
        client_uri=None,
        redirect_uris=[],
        scope=["openid", "table|read", "email"],
        grant_types=["client_credentials"],
        contacts=["a@b.example"],
    )
    before = await _kept(house, client_id)
    headers = await signed_in(house, "alice")
    whole = (await house.call("GET", f"{CLIENTS}/{client_id}", headers=headers)).json()
    assert (whole["homepage"], whole["redirectUris"]) == ("", [])
    await _put(house, client_id, whole)
    assert (await _kept(house, client_id)).version == before.version


async def test_scopes_of_other_catalogues_keep_their_place(house: House):
    client_id = (await made(house, "alice", scopes=["table|read"]))["clientId"]
    await _natively(house, client_id, scope=["openid", "table|read", "email", "record|read", "profile"])
    shown = await _put(house, client_id, {**ACME, "scopes": ["view|read"]})
    assert shown["scopes"] == ["view|read"]
    assert (await _kept(house, client_id)).scope == ("openid", "view|read", "email", "profile")
    await _put(house, client_id, ACME)
    assert (await _kept(house, client_id)).scope == ("openid", "email", "profile")
    await _put(house, client_id, {**ACME, "scopes": ["app|read", "view|read"]})
    assert (await _kept(house, client_id)).scope == ("openid", "email", "profile", "app|read", "view|read")


async def test_an_application_of_foreign_scopes_alone_keeps_them(house: House):
    client_id = (await made(house, "alice"))["clientId"]
    await _natively(house, client_id, scope=["openid"])
    assert (await _put(house, client_id, {**ACME, "scopes": []}))["scopes"] == []
    await _put(house, client_id, ACME)
    assert (await _kept(house, client_id)).scope == ("openid",)


async def test_the_device_flow_is_a_grant_type_and_the_others_survive(house: House):
    client_id = (await made(house, "alice"))["clientId"]
    device = "urn:ietf:params:oauth:grant-type:device_code"
    assert (await _kept(house, client_id)).grant_types == ("authorization_code", "refresh_token")
    await _natively(house, client_id, grant_types=["client_credentials", "authorization_code"])
    assert (await _put(house, client_id, {**ACME, "allowDeviceFlow": True}))["allowDeviceFlow"] is True
    assert (await _kept(house, client_id)).grant_types == ("client_credentials", "authorization_code", device)
    await _put(house, client_id, {**ACME, "allowDeviceFlow": True})
    assert (await _put(house, client_id, {**ACME, "allowDeviceFlow": False}))["allowDeviceFlow"] is False
    assert (await _kept(house, client_id)).grant_types == ("client_credentials", "authorization_code")


async def test_a_homepage_that_is_there_cannot_be_emptied(house: House):
    client_id = (await made(house, "alice"))["clientId"]
    headers = await signed_in(house, "alice")
    answer = await house.call("PUT", f"{CLIENTS}/{client_id}", json={**ACME, "homepage": ""}, headers=headers)
    assert said(answer) == refused('Invalid URL at "homepage"')


async def test_an_update_is_one_revision_with_what_changed(house: House):
    client_id = (await made(house, "alice", scopes=["table|read"]))["clientId"]
    await _put(house, client_id, {**ACME, "name": "New"})
    kept = await _kept(house, client_id)
    newest, first = await house.store.applications.revisions(kept.id, before=None, limit=50)
    assert (newest.action, newest.surface, newest.actor_name, newest.version) == (
        "application.updated",
        "teable",
        "alice",
        2,
    )
    assert set(newest.before) == set(newest.after) == {"client_name", "scope"}
    assert first.action == "application.created"


async def test_a_refused_update_changes_nothing(house: House):
    shown = await made(house, "alice", scopes=["table|read"])
    headers = await signed_in(house, "alice")
    path = f"{CLIENTS}/{shown['clientId']}"
    body = {**ACME, "name": "New", "scopes": ["nope|nope"]}
    assert (await house.call("PUT", path, json=body, headers=headers)).status_code == 400
    assert (await house.call("GET", path, headers=headers)).json() == shown
    assert (await _kept(house, shown["clientId"])).version == 1


async def test_all_settings_together_have_a_bound(house: House):
    shown = await made(house, "alice", description="d" * 40_000)
    headers = await signed_in(house, "alice")
    path = f"{CLIENTS}/{shown['clientId']}"
    answer = await house.call("PUT", path, json={**ACME, "logo": "l" * 40_000}, headers=headers)
    assert said(answer) == refused("Too big: expected at most 65536 bytes")
    assert (await _kept(house, shown["clientId"])).version == 1
