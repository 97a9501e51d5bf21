"""The client that the program brings, and who may operate on it."""

import asyncio

import pytest

from licet.dialects.teable import DIALECT
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import ACME, CLIENTS, NOT_CREATOR, said, signed_in, without_ids
from tests.contract.dialects.teable.flow import DEVICE_GRANT, PKCE, VERIFIER, App

PATH = f"{CLIENTS}/clttckxmg4deadomjhs"


async def test_the_built_in_client_is_there_for_an_instance_admin(house: House):
    answer = await house.call("GET", PATH, headers=await signed_in(house, "admin"))
    assert answer.status_code == 200
    assert without_ids(answer.text) == (
        '{"id":"ROW","name":"Teable CLI","scopes":["app|create","app|delete","app|read","app|update",'
        '"automation|create","automation|delete","automation|read","automation|update",'
        '"base|authority_matrix_config","base|create","base|delete","base|query_data","base|read","base|read_all",'
        '"base|table_export","base|table_import","base|update","field|create","field|delete","field|read",'
        '"field|update","record|archive","record|comment","record|create","record|delete","record|read",'
        '"record|update","routine|create","routine|delete","routine|read","routine|update","table|archive_manage",'
        '"table|archive_read","table|create","table|delete","table|export","table|import","table|read",'
        '"table|trash_read","table|trash_reset","table|trash_update","table|update","user|email_read",'
        '"user|integrations","view|create","view|delete","view|read","view|update"],'
        '"homepage":"https://www.npmjs.com/package/@teable/cli","logo":"logo/email-logo",'
        '"redirectUris":["http://127.0.0.1/callback","http://localhost/callback","http://[::1]/callback"],'
        '"allowDeviceFlow":true,"clientId":"CLIENT"}'
    )
    assert answer.json()["clientId"] == "clttckxmg4deadomjhs"


async def test_only_an_instance_admin_sees_it_and_may_change_it(house: House):
    admin, alice = await signed_in(house, "admin"), await signed_in(house, "alice")
    assert "clttckxmg4deadomjhs" in (await house.call("GET", CLIENTS, headers=admin)).text
    assert "clttckxmg4deadomjhs" not in (await house.call("GET", CLIENTS, headers=alice)).text
    assert said(await house.call("GET", PATH, headers=alice)) == (403, NOT_CREATOR)
    assert said(await house.call("PUT", PATH, json=ACME, headers=alice)) == (403, NOT_CREATOR)
    assert (await house.call("PUT", PATH, json=ACME, headers=admin)).json()["name"] == "Acme Sync"


async def test_every_start_asks_for_it_and_leaves_it_as_it_is(house: House):
    setup = house.instance.setups["teable"]
    await house.call("PUT", PATH, json={**ACME, "name": "Ours"}, headers=await signed_in(house, "admin"))
    before = await house.store.applications.by_client_id("clttckxmg4deadomjhs")
    await asyncio.gather(*(DIALECT.ensure(setup) for _ in range(5)))
    assert await house.store.applications.by_client_id("clttckxmg4deadomjhs") == before


async def test_two_first_starts_at_once_make_it_once(house: House):
    services = house.services
    setup = house.instance.setups["teable"]
    present = await house.store.applications.by_client_id("clttckxmg4deadomjhs")
    await services.applications.delete(await house.actor("admin"), present.client_id)
    await house.store.upkeep.purge(house.clock.now + 31 * 86_400_000, limit=100)
    await asyncio.gather(*(DIALECT.ensure(setup) for _ in range(10)))
    again = await house.store.applications.by_client_id("clttckxmg4deadomjhs")
    assert again.id != present.id
    assert again.client_name == "Teable CLI"
    changes = await house.store.applications.revisions(again.id, before=None, limit=50)
    assert [change.action for change in changes] == ["application.created"]


async def test_nobody_registers_an_application_under_an_id_that_is_taken(house: House):
    setup = house.instance.setups["teable"]
    actor = await house.actor("alice", "teable")
    settings = {"client_name": "Mine", "organization_id": actor.organization_id}
    await setup.services.applications.ensure(actor, "clttckxmg4deadomjhs", settings)
    assert (await house.store.applications.by_client_id("clttckxmg4deadomjhs")).client_name == "Teable CLI"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_it_signs_in_on_any_loopback_port_without_a_secret(house: House, host: str):
    app, back = App(house, {"clientId": "clttckxmg4deadomjhs"}, ""), f"http://{host}:52001/callback"
    code = await app.code_at(back, scope="base|read_all", **PKCE)
    answer = await app.redeem(code, redirect_uri=back, client_secret=None, code_verifier=VERIFIER)
    assert (answer.status_code, answer.json()["scopes"]) == (201, ["base|read_all"])
    assert (await app.refresh(answer.json()["refresh_token"], client_secret=None)).status_code == 201


async def test_it_signs_in_by_device_code(house: House):
    body = {"client_id": "clttckxmg4deadomjhs", "scope": "table|read,user|email_read"}
    begun = (await house.call("POST", "/api/oauth/device/code", data=body)).json()
    decision = {"userCode": begun["user_code"], "approve": True}
    await house.call("POST", "/api/oauth/device/decision", json=decision, headers=await signed_in(house, "bob"))
    poll = {"grant_type": DEVICE_GRANT, "client_id": body["client_id"], "device_code": begun["device_code"]}
    answer = await house.call("POST", "/api/oauth/access_token", data=poll)
    assert (answer.status_code, answer.json()["scopes"]) == (200, ["table|read", "user|email_read"])


async def test_an_administrator_keeps_its_secrets_and_takes_its_access_back(house: House):
    admin, alice = await signed_in(house, "admin"), await signed_in(house, "alice")
    for method, path in (("POST", f"{PATH}/secret"), ("POST", f"{PATH}/revoke-access"), ("DELETE", PATH)):
        assert said(await house.call(method, path, headers=alice)) == (403, NOT_CREATOR)
        assert (await house.call(method, path, headers=admin)).is_success
