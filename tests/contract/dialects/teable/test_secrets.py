"""Client secrets: shown once, masked from then on, any number side by side."""

import asyncio
import hashlib
import re
from typing import Any

import pytest

from licet.domain.secret import Form
from licet.services.secrets import Terms
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import (
    CLIENTS,
    UNKNOWN,
    UNKNOWN_SECRET,
    made,
    refused,
    said,
    signed_in,
    without_ids,
)
from tests.contract.dialects.teable.flow import fault, register


async def _secrets(house: House, client_id: str) -> Any:
    answer = await house.call("GET", f"{CLIENTS}/{client_id}", headers=await signed_in(house, "alice"))
    return answer.json().get("secrets")


async def _added(house: House, client_id: str) -> dict[str, str]:
    answer = await house.call("POST", f"{CLIENTS}/{client_id}/secret", headers=await signed_in(house, "alice"))
    assert answer.status_code == 201
    shown: dict[str, str] = answer.json()
    return shown


@pytest.mark.attack(60)
async def test_a_secret_is_shown_once_and_kept_as_a_digest(house: House):
    client_id = (await made(house, "alice"))["clientId"]
    answer = await house.call("POST", f"{CLIENTS}/{client_id}/secret", headers=await signed_in(house, "alice"))
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    shown = answer.json()
    assert re.fullmatch(r"[0-9a-z]{40}", shown["secret"])
    mask = "*" * 30 + shown["secret"][-10:]
    assert without_ids(answer.text) == f'{{"secret":"SECRET","maskedSecret":"{mask}","id":"ROW"}}'

    listed = await house.call("GET", f"{CLIENTS}/{client_id}", headers=await signed_in(house, "alice"))
    assert shown["secret"] not in listed.text
    assert listed.text.endswith(f'"clientId":"{client_id}","secrets":[{{"id":"{shown["id"]}","secret":"{mask}"}}]}}')
    kept = (await house.store.secrets.of((await house.store.applications.by_client_id(client_id)).id))[0]
    assert kept.digest == hashlib.sha256(shown["secret"].encode()).digest()
    assert kept.sealed is None


async def test_secrets_stand_side_by_side_newest_first(house: House):
    client_id = (await made(house, "alice"))["clientId"]
    ids = []
    for _ in range(4):
        ids.append((await _added(house, client_id))["id"])
        house.clock.pass_(seconds=1)
    assert [secret["id"] for secret in await _secrets(house, client_id)] == ids[::-1]


async def test_a_use_shows_as_the_last_used_time(house: House):
    client_id = (await made(house, "alice"))["clientId"]
    await _added(house, client_id)
    kept = (await house.store.secrets.of((await house.store.applications.by_client_id(client_id)).id))[0]
    house.store.secrets.touch(kept.id, now=1_793_588_645_678, address="127.0.0.1")
    for _ in range(100):
        shown = (await _secrets(house, client_id))[0]
        if "lastUsedTime" in shown:
            break
        await asyncio.sleep(0.1)
    assert list(shown) == ["id", "secret", "lastUsedTime"]
    assert shown["lastUsedTime"] == "2026-11-02T03:04:05.678Z"


async def test_a_removed_secret_is_gone_and_after_the_last_one_there_is_no_list(house: House):
    headers = await signed_in(house, "alice")
    client_id = (await made(house, "alice"))["clientId"]
    first, second = await _added(house, client_id), await _added(house, client_id)
    path = f"{CLIENTS}/{client_id}/secret"
    answer = await house.call("DELETE", f"{path}/{first['id']}", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert [secret["id"] for secret in await _secrets(house, client_id)] == [second["id"]]
    assert said(await house.call("DELETE", f"{path}/{first['id']}", headers=headers)) == (404, UNKNOWN_SECRET)
    assert (await house.call("DELETE", f"{path}/{second['id']}", headers=headers)).status_code == 200
    assert await _secrets(house, client_id) is None


async def test_an_unknown_secret_is_404(house: House):
    path = f"{CLIENTS}/{(await made(house, 'alice'))['clientId']}/secret"
    for secret_id in ("c" + "0" * 24, "x", "c" + "z" * 24, "C" + "0" * 24, "%E2%82%AC"):
        answer = await house.call("DELETE", f"{path}/{secret_id}", headers=await signed_in(house, "alice"))
        assert said(answer) == (404, UNKNOWN_SECRET), secret_id
    assert said(await house.call("DELETE", f"{path}/%00", headers=await signed_in(house, "alice"))) == refused(
        "The path holds a control character."
    )


async def test_both_ids_must_match(house: House):
    headers = await signed_in(house, "alice")
    one, other = (await made(house, "alice"))["clientId"], (await made(house, "alice"))["clientId"]
    secret = await _added(house, one)
    answer = await house.call("DELETE", f"{CLIENTS}/{other}/secret/{secret['id']}", headers=headers)
    assert said(answer) == (404, UNKNOWN_SECRET)
    answer = await house.call("DELETE", f"{CLIENTS}/clt0000000000000000/secret/{secret['id']}", headers=headers)
    assert said(answer) == (404, UNKNOWN)
    assert len(await _secrets(house, one)) == 1


async def test_a_body_is_not_looked_at(house: House):
    path = f"{CLIENTS}/{(await made(house, 'alice'))['clientId']}/secret"
    headers = {**await signed_in(house, "alice"), "content-type": "application/json"}
    for content in (b"", b"{broken", b'{"expiresAt":1}'):
        assert (await house.call("POST", path, content=content, headers=headers)).status_code == 201


async def test_a_secret_of_another_surface_shows_while_it_lives(house: House):
    client_id = (await made(house, "alice"))["clientId"]
    kept = await _added(house, client_id)
    application = await house.store.applications.by_client_id(client_id)
    before = (await house.store.secrets.of(application.id))[0]
    assert before.expires_at is None
    minted = await house.services.secrets.add(
        await house.actor("alice"),
        client_id,
        Form("other_", "abcdef", 40),
        terms=Terms(label="elsewhere", expires_at=house.clock.now + 1000),
    )
    shown = await _secrets(house, client_id)
    assert [secret["secret"] for secret in shown if secret["id"] != kept["id"]] == ["*" * 30 + minted.value[-10:]]
    house.clock.pass_(seconds=1)
    assert [secret["id"] for secret in await _secrets(house, client_id)] == [kept["id"]]


async def test_any_number_of_secrets_proves_the_application(house: House):
    app = await register(house)
    secrets = [(await _added(house, app.client_id))["secret"] for _ in range(12)]
    for secret in (app.secret, *secrets):
        assert fault(await app.redeem("unknown", client_secret=secret)) == (401, "Invalid code")
