"""GET, POST and DELETE /api/oauth/apps/{clientId}/secrets."""

import asyncio
import re
from pathlib import Path

from licet.dialects.timbrix.formats import CLIENT_SECRET
from licet.domain.secret import digest
from licet.services.secrets import Terms
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.scene import (
    APPS,
    LATER,
    MINUTES,
    NO_APPLICATION,
    NOT_JSON,
    NOW,
    ROLE_TOO_LOW,
    bad,
    call,
    kept,
    registered,
)

UNKNOWN_SECRET = {"statusCode": 404, "message": "Secret not found", "error": "Not Found"}


async def scene(house: House) -> tuple[str, str]:
    """The path of an application's secrets, and the first secret."""
    made = await registered(house)
    return f"{APPS}/{made['clientId']}/secrets", made["clientSecret"]


async def digests(house: House, path: str) -> list[bytes]:
    return [secret.digest for secret in await house.store.secrets.of((await kept(house, path.split("/")[4])).id)]


async def test_the_first_secret_is_listed_without_its_value(house: House):
    path, first = await scene(house)
    answer = await call(house, "carol", "GET", path)
    assert answer.status_code == 200
    assert re.fullmatch(
        r'\[\{"id":"secret_[0-9a-f]{24}","hint":"' + first[-4:] + r'","createdAt":"2026-11-18T11:06:40Z",'
        r'"createdBy":"usr_' + (await house.user("alice")).id + r'","expiresAt":null,"lastUsedAt":null,'
        r'"lastUsedFrom":null,"status":"active"\}\]',
        answer.text,
    )


async def test_a_second_secret_is_shown_once_and_listed_first(house: House):
    path, first = await scene(house)
    house.clock.pass_(seconds=MINUTES)
    answer = await call(house, "carol", "POST", path)
    assert answer.status_code == 201
    carol = (await house.user("carol")).id
    made = answer.json()
    assert re.fullmatch(r"secret_[0-9a-f]{24}", made["id"])
    assert re.fullmatch(r"cs_[A-Za-z0-9_-]{43}", made["clientSecret"])
    assert list(made.items()) == [
        ("id", made["id"]),
        ("hint", made["clientSecret"][-4:]),
        ("createdAt", LATER),
        ("createdBy", f"usr_{carol}"),
        ("expiresAt", None),
        ("lastUsedAt", None),
        ("lastUsedFrom", None),
        ("status", "active"),
        ("clientSecret", made["clientSecret"]),
    ]
    listed = await call(house, "alice", "GET", path)
    assert [(secret["hint"], secret["createdAt"]) for secret in listed.json()] == [
        (made["clientSecret"][-4:], LATER),
        (first[-4:], NOW),
    ]
    assert made["clientSecret"] not in listed.text
    assert await digests(house, path) == [digest(made["clientSecret"]), digest(first)]


async def test_the_last_use_is_shown(house: House):
    path, _ = await scene(house)
    (secret,) = await house.store.secrets.of((await kept(house, path.split("/")[4])).id)
    house.store.secrets.touch(secret.id, now=house.clock.now, address="192.0.2.7")
    (shown,) = (await call(house, "alice", "GET", path)).json()
    assert (shown["lastUsedAt"], shown["lastUsedFrom"]) == (NOW, "192.0.2.7")


async def test_the_body_of_an_addition_is_optional_and_empty(house: House):
    path, _ = await scene(house)
    json = {"content-type": "application/json"}
    for content, headers, expected in [
        (b'{"label":"x"}', json, bad("label is not a known field")),
        (b"[]", json, bad("body must be a JSON object")),
        (b"{}", {"content-type": "text/plain"}, NOT_JSON),
        (b"{", json, {"statusCode": 400, "message": "The body is not valid JSON.", "error": "Bad Request"}),
    ]:
        answer = await call(house, "alice", "POST", path, content=content, headers=headers)
        assert (answer.status_code, answer.json()) == (expected["statusCode"], expected)
    assert (await call(house, "alice", "POST", path, json={})).status_code == 201


async def test_at_most_two_secrets_are_active(house: House):
    path, _ = await scene(house)
    answers = await asyncio.gather(*(call(house, "alice", "POST", path) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    message = "The application has two active secrets already"
    assert refused == {"statusCode": 409, "message": message, "error": "Conflict"}
    assert len((await call(house, "alice", "GET", path)).json()) == 2


async def test_an_expired_secret_is_listed_as_such_and_leaves_room(house: House):
    path, _ = await scene(house)
    actor = await house.actor("alice", "timbrix")
    house.clock.pass_(seconds=1)
    await house.services.secrets.add(
        actor, path.split("/")[4], CLIENT_SECRET, terms=Terms(expires_at=house.clock.now + (MINUTES - 1) * 1000)
    )
    assert (await call(house, "alice", "POST", path)).status_code == 409
    house.clock.pass_(seconds=MINUTES)
    assert (await call(house, "alice", "POST", path)).status_code == 201
    listed = (await call(house, "alice", "GET", path)).json()
    assert [(secret["status"], secret["expiresAt"]) for secret in listed] == [
        ("active", None),
        ("expired", LATER),
        ("active", None),
    ]


async def test_a_secret_is_deleted_at_once(house: House):
    path, _ = await scene(house)
    added = (await call(house, "alice", "POST", path)).json()
    old = next(secret for secret in (await call(house, "alice", "GET", path)).json() if secret["id"] != added["id"])
    answer = await call(house, "carol", "DELETE", f"{path}/{old['id']}")
    assert answer.status_code == 204
    assert answer.content == b""
    assert await digests(house, path) == [digest(added["clientSecret"])]
    again = await call(house, "carol", "DELETE", f"{path}/{old['id']}")
    assert (again.status_code, again.json()) == (404, UNKNOWN_SECRET)


async def test_the_last_active_secret_stays(house: House):
    path, first = await scene(house)
    only = (await call(house, "alice", "GET", path)).json()[0]["id"]
    answer = await call(house, "alice", "DELETE", f"{path}/{only}")
    assert answer.status_code == 409
    message = "The last active secret cannot be deleted"
    assert answer.json() == {"statusCode": 409, "message": message, "error": "Conflict"}
    assert await digests(house, path) == [digest(first)]


async def test_of_two_deletions_at_once_one_secret_is_left(house: House):
    path, _ = await scene(house)
    await call(house, "alice", "POST", path)
    ids = [secret["id"] for secret in (await call(house, "alice", "GET", path)).json()]
    answers = await asyncio.gather(*(call(house, "alice", "DELETE", f"{path}/{secret_id}") for secret_id in ids))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert len(await digests(house, path)) == 1


async def test_an_unknown_secret_is_not_found(house: House):
    for name in ["secret_" + "0" * 24, "0" * 24, "secret_", "secret_" + "G" * 24, "x", "%00x"]:
        path, _ = await scene(house)
        answer = await call(house, "alice", "DELETE", f"{path}/{name}")
        if name.startswith("%00"):
            assert answer.status_code == 400
        else:
            assert (answer.status_code, answer.json()) == (404, UNKNOWN_SECRET)


async def test_a_secret_of_another_application_is_not_found(house: House):
    path, _ = await scene(house)
    await call(house, "alice", "POST", path)
    other, _ = await scene(house)
    theirs = (await call(house, "alice", "GET", path)).json()[0]["id"]
    answer = await call(house, "alice", "DELETE", f"{other}/{theirs}")
    assert (answer.status_code, answer.json()) == (404, UNKNOWN_SECRET)
    assert len(await digests(house, path)) == 2


async def test_secrets_are_for_owner_and_admin(house: House):
    path, _ = await scene(house)
    only = (await call(house, "alice", "GET", path)).json()[0]["id"]
    for method, where in (("GET", path), ("POST", path), ("DELETE", f"{path}/{only}"), ("DELETE", f"{path}/x")):
        low = await call(house, "bob", method, where)
        assert (low.status_code, low.json()) == (403, ROLE_TOO_LOW)
        stranger = await call(house, "mallory", method, where)
        assert (stranger.status_code, stranger.json()) == (404, NO_APPLICATION)


async def test_the_same_key_adds_one_secret(house: House):
    path, _ = await scene(house)
    headers = {"idempotency-key": "k"}
    answers = [await call(house, "alice", "POST", path, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.content for answer in answers}) == 1
    assert len(await digests(house, path)) == 2
    other = await call(house, "alice", "POST", path, headers=headers, json={})
    assert (other.status_code, other.json()) == (400, bad("Idempotency-Key was used with another request"))


async def test_a_key_belongs_to_its_application(house: House):
    path, _ = await scene(house)
    other, _ = await scene(house)
    headers = {"idempotency-key": "k"}
    answers = [await call(house, "alice", "POST", where, headers=headers) for where in (path, other)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content != answers[1].content


async def test_a_kept_answer_is_sealed(house: House):
    path, _ = await scene(house)
    made = (await call(house, "alice", "POST", path, headers={"idempotency-key": "k"})).json()
    if house.engine == "sqlite":
        file = house.instance.settings.database_url.removeprefix("sqlite:///")
        whole = b"".join(part.read_bytes() for part in Path(file).parent.glob("licet.db*"))
        assert made["id"].removeprefix("secret_").encode() in whole
        assert made["clientSecret"].encode() not in whole


async def test_adding_and_deleting_leave_the_application_as_it_is(house: House):
    path, _ = await scene(house)
    house.clock.pass_(seconds=MINUTES)
    added = (await call(house, "alice", "POST", path)).json()
    await call(house, "alice", "DELETE", f"{path}/{added['id']}")
    shown = await call(house, "alice", "GET", path.removesuffix("/secrets"))
    assert (shown.json()["updatedAt"], shown.headers["etag"]) == (NOW, '"1"')
