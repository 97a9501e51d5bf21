"""POST .../restore, POST .../transfer and POST /api/oauth/transfers/{id}/accept."""

import asyncio
import re

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.protocol import BAD_REFRESH, Client
from tests.contract.dialects.timbrix.scene import NO_APPLICATION, NOBODY, NOT_JSON, ROLE_TOO_LOW, bad, call, uuid

pytestmark = pytest.mark.settings(limits=False)
NO_LINK = {"statusCode": 404, "message": "Link not found", "error": "Not Found"}


async def test_a_restored_application_is_as_it_was_and_its_tokens_stay_revoked(payroll: Client, house: House, someone):
    tokens, own = await payroll.tokens(), (await payroll.own()).json()["access_token"]
    before = (await payroll.manage("GET")).json()
    await payroll.manage("DELETE")
    house.clock.pass_(days=29)
    answer = await payroll.manage("POST", "/restore")
    assert answer.status_code == 200
    assert {**answer.json(), "updatedAt": None} == {**before, "updatedAt": None}
    assert (await payroll.manage("GET")).json() == answer.json()
    assert (await payroll.refresh(tokens["refresh_token"])).json() == BAD_REFRESH
    assert await payroll.introspect(own) == {"active": False}
    assert (await payroll.own()).status_code == 200
    page = await someone.sign_in(await someone.visit(payroll.asking()))
    assert page.status_code == 302
    assert "code=" in page.headers["location"]


async def test_tokens_of_one_restored_within_the_hour_stay_revoked(payroll: Client):
    tokens, own = await payroll.tokens(), (await payroll.own()).json()["access_token"]
    await payroll.manage("DELETE")
    assert (await payroll.manage("POST", "/restore")).status_code == 200
    assert await payroll.lives(tokens) == (False, False)
    assert await payroll.introspect(own) == {"active": False}


async def test_after_thirty_days_there_is_nothing_to_restore(payroll: Client, house: House):
    await payroll.manage("DELETE")
    house.clock.pass_(days=30)
    answer = await payroll.manage("POST", "/restore")
    assert (answer.status_code, answer.json()) == (404, NO_APPLICATION)


async def test_only_who_managed_it_restores_it_and_only_once(payroll: Client, house: House):
    answer = await payroll.manage("POST", "/restore")
    assert (answer.status_code, answer.json()) == (404, NO_APPLICATION)
    await payroll.manage("DELETE")
    for who, expected in (("bob", ROLE_TOO_LOW), ("mallory", NO_APPLICATION)):
        answer = await payroll.manage("POST", "/restore", who)
        assert (answer.status_code, answer.json()) == (expected["statusCode"], expected)
    answer = await house.call("POST", f"{payroll.path}/restore")
    assert (answer.status_code, answer.json()) == (401, NOBODY)
    answers = await asyncio.gather(*(payroll.manage("POST", "/restore", "carol") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404, 404]


async def offered(payroll: Client, to: str) -> str:
    answer = await payroll.manage("POST", "/transfer", json={"organizationId": to})
    assert answer.status_code == 201, answer.text
    assert list(answer.json()) == ["id", "expiresAt"]
    assert answer.json()["expiresAt"] == "2026-11-25T11:06:40Z"
    assert re.fullmatch(r"transfer_[0-9a-f]{24}", answer.json()["id"])
    return f"/api/oauth/transfers/{answer.json()['id']}/accept"


async def test_an_application_moves_when_the_other_side_accepts(payroll: Client, house: House):
    tokens = await payroll.tokens()
    accept = await offered(payroll, uuid(house, "other"))
    assert (await payroll.manage("GET", who="alice")).status_code == 200
    assert (await payroll.manage("GET", who="mallory")).status_code == 404
    answer = await call(house, "mallory", "POST", accept)
    assert answer.status_code == 200
    assert (answer.json()["clientId"], len(answer.json())) == (payroll.client_id, 8)
    assert (await payroll.manage("GET", who="alice")).status_code == 404
    assert (await payroll.manage("GET", who="mallory")).status_code == 200
    assert await payroll.lives(tokens) == (True, True)
    answer = await call(house, "mallory", "POST", accept)
    assert (answer.status_code, answer.json()) == (404, NO_LINK)


async def test_an_offer_may_name_the_slug(payroll: Client):
    await offered(payroll, "other")


async def test_nobody_else_accepts(payroll: Client, house: House):
    accept = await offered(payroll, "other")
    for who in ("alice", "bob"):
        answer = await call(house, who, "POST", accept)
        assert (answer.status_code, answer.json()) == (404, NO_LINK)
    answer = await house.call("POST", accept)
    assert (answer.status_code, answer.json()) == (401, NOBODY)
    for name in ("x", "transfer_x", "transfer_000000000000000000000000"):
        answer = await call(house, "mallory", "POST", f"/api/oauth/transfers/{name}/accept")
        assert (answer.status_code, answer.json()) == (404, NO_LINK)


async def test_a_mere_member_of_the_receiving_side_is_told_so(payroll: Client, house: House):
    accept = await offered(payroll, "other")
    mallory, bob = await house.actor("mallory"), await house.user("bob")
    await house.services.organizations.add_member(mallory, house.organizations["other"], bob.id, "member")
    answer = await call(house, "bob", "POST", accept)
    assert (answer.status_code, answer.json()) == (403, ROLE_TOO_LOW)


async def test_an_offer_ends_after_a_week_by_another_offer_and_with_the_application(payroll: Client, house: House):
    first = await offered(payroll, "other")
    second = await offered(payroll, "other")
    assert (await call(house, "mallory", "POST", first)).status_code == 404
    house.clock.pass_(days=7)
    assert (await call(house, "mallory", "POST", second)).status_code == 404
    answer = await payroll.manage("POST", "/transfer", json={"organizationId": "other"})
    await payroll.manage("DELETE")
    answer = await call(house, "mallory", "POST", f"/api/oauth/transfers/{answer.json()['id']}/accept")
    assert (answer.status_code, answer.json()) == (404, NO_LINK)


async def test_a_privileged_scope_moves_only_to_who_could_grant_it(payroll: Client, house: House):
    await payroll.put(scopes=["admin:organization"])
    accept = await offered(payroll, "other")
    mallory, carol = await house.actor("mallory"), await house.user("carol")
    await house.services.organizations.add_member(mallory, house.organizations["other"], carol.id, "admin")
    assert (await call(house, "carol", "POST", accept)).status_code == 403
    assert (await call(house, "mallory", "POST", accept)).status_code == 200


async def test_a_wrong_offer_is_refused(payroll: Client, house: House):
    wrong = {"organizationId": "nobody"}, {"organizationId": "acme"}, {"organizationId": uuid(house, "acme")}
    for body in wrong:
        answer = await payroll.manage("POST", "/transfer", json=body)
        assert (answer.status_code, answer.json()) == (400, bad("organizationId must be another organization"))
    answer = await payroll.manage("POST", "/transfer", json={})
    assert (answer.status_code, answer.json()) == (400, bad("organizationId is required"))
    for who, expected in (("bob", ROLE_TOO_LOW), ("mallory", NO_APPLICATION), ("alice", NOT_JSON)):
        answer = await payroll.manage("POST", "/transfer", who, content=b"x", headers={"content-type": "text/plain"})
        assert (answer.status_code, answer.json()) == (expected["statusCode"], expected)
