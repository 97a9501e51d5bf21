"""POST .../regenerate-secret: a new secret, while the old one goes on for a time."""

from typing import Any

import pytest

from tests.contract.dialects.timbrix.protocol import BAD_CLIENT, Client
from tests.contract.dialects.timbrix.scene import NO_APPLICATION, NOT_JSON, ROLE_TOO_LOW, bad

pytestmark = pytest.mark.settings(limits=False)
OPEN = {"statusCode": 409, "message": "The application has two active secrets already", "error": "Conflict"}


async def works(payroll: Client, secret: str) -> bool:
    answer = await payroll.own(clientSecret=secret)
    return answer.status_code == 200


async def regenerated(payroll: Client, **body: Any) -> dict[str, Any]:
    payroll.house.clock.pass_(seconds=1)
    answer = await payroll.manage("POST", "/regenerate-secret", json=body)
    assert answer.status_code == 201, answer.text
    assert list(answer.json()) == ["clientId", "secretId", "clientSecret", "previousSecretExpiresAt"]
    return answer.json()


@pytest.mark.attack(61)
async def test_the_old_secret_goes_on_for_a_day(payroll: Client):
    tokens = await payroll.tokens()
    answer = await payroll.manage("POST", "/regenerate-secret")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["clientId"], made["previousSecretExpiresAt"]) == (payroll.client_id, "2026-11-19T11:06:40Z")
    assert made["clientSecret"].startswith("cs_")
    assert len(made["clientSecret"]) == 46
    assert (await works(payroll, payroll.secret), await works(payroll, made["clientSecret"])) == (True, True)
    assert await payroll.lives(tokens) == (True, True)
    shown = (await payroll.manage("GET", "/secrets")).json()
    assert made["clientSecret"] not in str(shown)
    assert made["secretId"] in {secret["id"] for secret in shown}
    payroll.house.clock.pass_(days=1)
    assert (await works(payroll, payroll.secret), await works(payroll, made["clientSecret"])) == (False, True)


async def test_without_grace_it_ends_now(payroll: Client):
    made = await regenerated(payroll, gracePeriodSeconds=0, reason="Leaked")
    assert made["previousSecretExpiresAt"] == "2026-11-18T11:06:41Z"
    assert (await payroll.own()).json() == BAD_CLIENT
    assert await works(payroll, made["clientSecret"])
    event = (await payroll.manage("GET", "/events")).json()[0]
    assert (event["type"], event["after"]["reason"]) == ("oauth_app.secret_rotated", "Leaked")
    assert made["clientSecret"] not in str(event)


async def test_it_goes_on_for_a_week_at_most(payroll: Client):
    made = await regenerated(payroll, gracePeriodSeconds=604_800)
    assert made["previousSecretExpiresAt"] == "2026-11-25T11:06:41Z"
    payroll.house.clock.pass_(days=7, seconds=-0.001)
    assert await works(payroll, payroll.secret)
    payroll.house.clock.pass_(seconds=0.001)
    assert not await works(payroll, payroll.secret)


async def test_an_open_rotation_is_in_the_way_unless_forced(payroll: Client):
    second = await regenerated(payroll)
    answer = await payroll.manage("POST", "/regenerate-secret", json={})
    assert (answer.status_code, answer.json()) == (409, OPEN)
    third = await regenerated(payroll, force=True, gracePeriodSeconds=60)
    secrets = (payroll.secret, second["clientSecret"], third["clientSecret"])
    assert [await works(payroll, secret) for secret in secrets] == [False, True, True]
    payroll.house.clock.pass_(seconds=60)
    assert [await works(payroll, secret) for secret in secrets] == [False, False, True]
    await regenerated(payroll)


async def test_the_same_key_gets_the_same_secret(payroll: Client):
    headers = {"idempotency-key": "again"}
    first = await payroll.manage("POST", "/regenerate-secret", json={}, headers=headers)
    again = await payroll.manage("POST", "/regenerate-secret", json={}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content


FAULTS = [
    ({"gracePeriodSeconds": -1}, "gracePeriodSeconds must be within 0..604800"),
    ({"gracePeriodSeconds": 604_801}, "gracePeriodSeconds must be within 0..604800"),
    ({"gracePeriodSeconds": "60"}, "gracePeriodSeconds must be a whole number"),
    ({"force": 1}, "force must be a boolean"),
    ({"reason": 1}, "reason must be a string"),
    ({"grace": 1}, "grace is not a known field"),
]


async def test_a_wrong_call_changes_nothing(payroll: Client):
    path = "/regenerate-secret"
    for body, fault in FAULTS:
        answer = await payroll.manage("POST", path, json=body)
        assert (answer.status_code, answer.json()) == (400, bad(fault))
    for who, expected in (("bob", ROLE_TOO_LOW), ("mallory", NO_APPLICATION), ("alice", NOT_JSON)):
        answer = await payroll.manage("POST", path, who, content=b"x", headers={"content-type": "text/plain"})
        assert (answer.status_code, answer.json()) == (expected["statusCode"], expected)
    assert len((await payroll.manage("GET", "/secrets")).json()) == 1
