"""Idempotent calls: however often they are sent, made once, and answered with the same bytes."""

import asyncio

from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import COLLECTION, faults, path, problem, register

BODY = b'{"client_name":"Once"}'


async def sent(house: House, key: str, who: str = "mallory", body: bytes = BODY, where: str = COLLECTION):
    headers = {**await house.bearer(who), "idempotency-key": key, "content-type": "application/json"}
    return await house.call("POST", where, headers=headers, content=body)


async def total(house: House, who: str = "mallory") -> int:
    answer = await house.call("GET", COLLECTION, headers=await house.bearer(who), params={"q": "once"})
    number: int = answer.json()["total"]
    return number


async def test_a_repeated_registration_is_answered_with_the_same_bytes(house: House):
    first = await sent(house, "key-1")
    house.clock.pass_(seconds=599)
    again = await sent(house, "key-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "client_secret" in again.json()
    for name in ("location", "etag", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert await total(house) == 1


async def test_the_answer_is_forgotten_after_ten_minutes(house: House):
    first = await sent(house, "key-1")
    house.clock.pass_(seconds=600)
    again = await sent(house, "key-1")
    assert again.json()["client_id"] != first.json()["client_id"]


async def test_a_key_with_another_body_is_refused(house: House):
    await sent(house, "key-1")
    problem(await sent(house, "key-1", body=b'{"client_name":"Once again"}'), 422, "key-reused")
    assert await total(house) == 1


async def test_a_key_belongs_to_a_caller_and_an_address(house: House):
    application = await register(house, "mallory", organization_id=house.organizations["other"])
    answers = [
        await sent(house, "key-1"),
        await sent(house, "key-1", "bob"),
        await sent(house, "key-1", body=b"{}", where=path(application, "secrets")),
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert all("idempotent-replayed" not in answer.headers for answer in answers)


async def test_a_secret_is_not_said_again_to_who_may_add_none_any_more(house: House):
    where = path(await register(house), "secrets")
    assert (await sent(house, "key-1", "carol", b"{}", where)).status_code == 201
    member = f"/api/manage/organizations/acme/members/{(await house.user('carol')).id}"
    alice = await house.bearer("alice")
    assert (await house.call("PATCH", member, headers=alice, json={"role": "member"})).status_code == 200
    problem(await sent(house, "key-1", "carol", b"{}", where), 403, "role-too-low")
    assert (await house.call("DELETE", member, headers=alice)).status_code == 204
    problem(await sent(house, "key-1", "carol", b"{}", where), 404, "unknown-application")


async def test_a_key_for_one_application_says_nothing_about_another(house: House):
    headers = {**await house.bearer("alice"), "idempotency-key": "key-1"}
    one, other = await register(house), await register(house)
    first = await house.call("POST", path(one, "secrets"), headers=headers)
    second = await house.call("POST", path(other, "secrets"), headers=headers)
    assert first.json()["id"] != second.json()["id"]


async def test_of_many_at_once_one_is_made(house: House):
    await house.bearer("mallory")
    answers = await asyncio.gather(*(sent(house, "key-1") for _ in range(20)))
    made = [answer for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code != 201:
            problem(answer, 409, "still-running")
    assert len({answer.content for answer in made}) == 1
    assert await total(house) == 1


async def test_a_refused_call_may_be_tried_again_with_its_key(house: House):
    assert faults(await sent(house, "key-1", body=b"{}")) == [("/client_name", "absent")]
    assert (await sent(house, "key-1")).status_code == 201


async def test_a_repeated_revocation_is_answered_like_the_first(house: House):
    application = await register(house)
    headers = {**await house.bearer("alice"), "idempotency-key": "key-1"}
    (secret,) = (await house.call("GET", path(application, "secrets"), headers=headers)).json()["items"]
    target = path(application, "secrets", secret["id"])
    answers = [await house.call("DELETE", target, headers=headers) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b""), (204, b"")]
    assert answers[1].headers["idempotent-replayed"] == "true"


async def test_a_key_is_short_and_visible(house: House):
    for key in ("", "x" * 256, "a b", "a\tb"):
        problem(await sent(house, key), 400, "malformed-request")
    assert (await sent(house, "x" * 255)).status_code == 201
