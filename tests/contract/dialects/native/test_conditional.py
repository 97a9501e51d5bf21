"""Conditional requests and races: nobody overwrites what they have not seen, and nothing is lost."""

import asyncio
from collections import Counter

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import faults, patch, path, problem, register


async def etag(house: House, application: dict[str, object]) -> str:
    answer = await house.call("GET", path(application), headers=await house.bearer("alice"))
    tag: str = answer.headers["etag"]
    return tag


async def test_a_tag_is_strong_and_goes_with_the_version(house: House):
    application = await register(house)
    first = await etag(house, application)
    assert first.startswith('"')
    answer = await patch(house, application, description="Second")
    assert answer.headers["etag"] != first
    assert answer.headers["etag"] == await etag(house, application)
    other = await register(house)
    assert await etag(house, other) != first


async def test_what_a_caller_has_is_not_sent_again(house: House):
    application = await register(house)
    tag = await etag(house, application)
    headers = await house.bearer("alice")
    for asked in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = await house.call("GET", path(application), headers={**headers, "if-none-match": asked})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    answer = await house.call("GET", path(application), headers={**headers, "if-none-match": '"other"'})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_change_to_another_version_than_the_one_seen_is_refused(house: House, method: str):
    application = await register(house)
    other = await register(house)
    seen = await etag(house, application)
    await patch(house, application, description="Meanwhile")
    headers = await house.bearer("alice")
    body = {"json": {"description": "Late"}} if method == "PATCH" else {}
    present = await etag(house, application)
    for asked in (
        seen,
        f"W/{present}",
        await etag(house, other),
        "garbage",
        '"1"',
        '""',
        "",
        '"9999999999999999999-x"',
    ):
        answer = await house.call(method, path(application), headers={**headers, "if-match": asked}, **body)
        problem(answer, 412, "version-mismatch")
    kept = await house.call("GET", path(application), headers=headers)
    assert (kept.json()["description"], kept.json()["version"]) == ("Meanwhile", 2)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_change_to_the_version_seen_is_made(house: House, method: str):
    application = await register(house)
    headers = await house.bearer("alice")
    body = {"json": {"description": "In time"}} if method == "PATCH" else {}
    tag = await etag(house, application)
    answer = await house.call(method, path(application), headers={**headers, "if-match": f'"x", {tag}'}, **body)
    assert answer.is_success


async def test_any_version_may_be_asked_for_and_none_of_an_unknown_application(house: House):
    application = await register(house)
    headers = {**await house.bearer("alice"), "if-match": "*"}
    assert (await house.call("PATCH", path(application), headers=headers, json={"description": "x"})).is_success
    unknown = {"client_id": "0" * 24}
    problem(await house.call("PATCH", path(unknown), headers=headers, json={}), 404, "unknown-application")


async def test_a_stale_tag_counts_before_the_content_does(house: House):
    application = await register(house)
    seen = await etag(house, application)
    await patch(house, application, description="Meanwhile")
    headers = {**await house.bearer("alice"), "if-match": seen}
    answer = await house.call("PATCH", path(application), headers=headers, json=application | {"description": "Late"})
    problem(answer, 412, "version-mismatch")


async def test_of_two_writers_who_saw_the_same_one_wins(house: House):
    application = await register(house)
    headers = {**await house.bearer("alice"), "if-match": await etag(house, application)}
    answers = await asyncio.gather(
        *(
            house.call("PATCH", path(application), headers=headers, json={"description": f"Writer {number}"})
            for number in range(2)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    (winner,) = (answer for answer in answers if answer.status_code == 200)
    kept = await house.call("GET", path(application), headers=await house.bearer("alice"))
    assert kept.content == winner.content


async def test_a_hundred_writers_at_once_lose_nothing(house: House):
    application = await register(house)
    headers = await house.bearer("alice")
    answers = await asyncio.gather(
        *(
            house.call("PATCH", path(application), headers=headers, json={"description": f"Writer {number}"})
            for number in range(100)
        )
    )
    counted = Counter(answer.status_code for answer in answers)
    assert counted.keys() <= {200, 412}
    versions = [answer.json()["version"] for answer in answers if answer.status_code == 200]
    assert sorted(versions) == list(range(2, 2 + counted[200]))
    kept = (await house.call("GET", path(application), headers=headers)).json()
    assert kept["version"] == 1 + counted[200]
    (last,) = (
        answer for answer in answers if answer.status_code == 200 and answer.json()["version"] == kept["version"]
    )
    assert last.json() == kept
    revisions = await house.call("GET", path(application, "revisions"), headers=headers, params={"limit": 200})
    assert [revision["version"] for revision in revisions.json()["items"]] == list(range(1 + counted[200], 0, -1))


async def test_writers_of_different_fields_keep_each_others(house: House):
    application = await register(house)
    said = {
        "description": "Said",
        "software_id": "ledger",
        "software_version": "2",
        "client_uri": "https://ledger.example",
        "enabled": False,
    }
    answers = await asyncio.gather(*(patch(house, application, **{name: value}) for name, value in said.items()))
    assert [answer.status_code for answer in answers] == [200] * len(said)
    kept = (await house.call("GET", path(application), headers=await house.bearer("alice"))).json()
    assert {name: kept[name] for name in said} == said


async def test_a_deletion_and_updates_at_once_end_in_a_deletion(house: House):
    application = await register(house)
    headers = await house.bearer("alice")
    answers = await asyncio.gather(
        *(patch(house, application, description=f"Writer {number}") for number in range(10)),
        house.call("DELETE", path(application), headers=headers),
    )
    assert {answer.status_code for answer in answers} <= {200, 204, 404, 412}
    if answers[-1].status_code == 204:
        problem(await house.call("GET", path(application), headers=headers), 404, "unknown-application")


async def test_a_body_with_faults_tells_them_where_the_tag_is_right(house: House):
    application = await register(house)
    headers = {**await house.bearer("alice"), "if-match": await etag(house, application)}
    answer = await house.call("PATCH", path(application), headers=headers, json={"enabled": "yes"})
    assert faults(answer) == [("/enabled", "type")]
