import asyncio
from dataclasses import replace

import pytest

from licet.errors import Conflict
from licet.services.application_ports import Page, Query
from tests.contract.stores.scene import ALICE, an_id, application, secret

FULL = {
    "client_name": "Zoë's <b>Häuser</b> 日本 \U0001f3e0",
    "description": "two\nlines",
    "redirect_uris": ("https://a.example/cb", "http://127.0.0.1/cb", "com.example.app:/cb"),
    "scope": ("openid", "mcp", "table|create"),
    "protocols": ("native", "teable"),
    "grant_types": ("authorization_code", "client_credentials"),
    "token_endpoint_auth_method": "client_secret_post",
    "application_type": "native",
    "enabled": False,
    "client_uri": "https://a.example",
    "contacts": ("a@example.com",),
    "jwks": {"keys": [{"kty": "EC", "n": 1, "x": None, "list": ["a", ["b"]]}]},
    "software_id": "s",
    "client_secret_retrievable": True,
}


async def test_an_application_comes_back_as_it_was_written(scene):
    plain, full = await scene.add(1), await scene.add(2, **FULL, created_by=None, last_used_at=5, saved_by=ALICE)
    for written in (plain, full):
        assert await scene.store.applications.by_client_id(written.client_id) == written
        assert await scene.store.applications.by_id(written.id) == written
    assert await scene.store.applications.count() == 2


async def test_an_empty_scope_is_not_an_unsaid_one(scene):
    assert (await scene.store.applications.by_id((await scene.add(1, scope=())).id)).scope == ()
    assert (await scene.store.applications.by_id((await scene.add(2, scope=None)).id)).scope is None


async def test_a_taken_client_id_is_refused_and_nothing_is_written(scene):
    await scene.add(1)
    second = application(2, client_id="client-1")
    change = scene.change(second.id)
    assert not await scene.store.applications.insert(second, change, secret=None, registration_digest=None)
    assert await scene.store.applications.by_id(second.id) is None
    assert await scene.store.applications.revisions(second.id, before=None, limit=9) == []
    assert await scene.store.applications.count() == 1


async def test_of_a_hundred_registrations_of_one_client_id_one_is_written(scene):
    async def register(number: int) -> bool:
        made = application(number, client_id="same")
        return await scene.store.applications.insert(made, scene.change(made.id), secret=None, registration_digest=None)

    assert sorted(await asyncio.gather(*map(register, range(100)))) == [False] * 99 + [True]
    assert await scene.store.applications.count() == 1


async def test_a_first_secret_and_a_registration_token_come_with_it(scene):
    made, first = application(1), secret(7, an_id(1), sealed=b"\x00\xff", label="first")
    change = scene.change(made.id)
    assert await scene.store.applications.insert(made, change, secret=first, registration_digest=b"d" * 32)
    assert await scene.store.secrets.of(made.id) == [first]
    assert await scene.store.applications.registration_digest(made.id) == b"d" * 32
    assert await scene.store.applications.registration_digest((await scene.add(2)).id) is None
    assert await scene.store.applications.registration_digest("") is None


async def test_a_renamed_application_is_found_by_its_new_name_alone_among_its_organizations(scene):
    first = await scene.add(1, client_name="Raven")
    renamed = replace(first, version=2, client_name="Heron")
    assert await scene.store.applications.replace(first, renamed, scene.change(first.id, version=2))
    owner, names = (first.organization_id,), ("heron", "raven")
    found = [await scene.store.applications.page(Query(organizations=owner, q=(name,))) for name in names]
    assert [page.items for page in found] == [(renamed,), ()]


async def test_a_replacement_counts_as_its_writers_whoever_saved_it_unchanged_meanwhile(scene):
    first = await scene.add(1)
    await scene.store.applications.touch(first.id, 77, ALICE)
    second = replace(first, version=2, description="Second")
    assert await scene.store.applications.replace(first, second, scene.change(first.id, version=2))
    assert await scene.store.applications.by_id(first.id) == second


async def test_a_replacement_needs_the_version_that_was_seen(scene):
    first = await scene.add(1)
    second = replace(first, version=2, client_name="Second", scope=("a", "b"), enabled=False)
    assert await scene.store.applications.replace(first, second, scene.change(first.id, version=2))
    assert await scene.store.applications.by_id(first.id) == second
    late = replace(first, version=2, client_name="Late")
    assert not await scene.store.applications.replace(first, late, scene.change(first.id, version=2))
    assert await scene.store.applications.by_id(first.id) == second
    assert [row.version for row in await scene.store.applications.revisions(first.id, before=None, limit=9)] == [2, 1]


async def test_a_secret_that_comes_with_a_replacement_is_written_with_it_or_not_at_all(scene):
    first = await scene.add(1)
    second, change = replace(first, version=2), scene.change(first.id, version=2)
    mine, late = (secret(number, first.id) for number in (7, 8))
    assert await scene.store.applications.replace(first, second, change, secret=mine)
    assert not await scene.store.applications.replace(first, second, change, secret=late)
    assert await scene.store.secrets.of(first.id) == [mine]


async def test_of_a_hundred_replacements_of_one_version_one_is_written_with_its_revision(scene):
    first = await scene.add(1)

    async def rename(number: int) -> bool:
        renamed = replace(first, version=2, client_name=f"Name {number}")
        change = scene.change(first.id, version=2, after={"client_name": f"Name {number}"})
        return await scene.store.applications.replace(first, renamed, change)

    answers = await asyncio.gather(*map(rename, range(100)))
    assert sorted(answers) == [False] * 99 + [True]
    revisions = await scene.store.applications.revisions(first.id, before=None, limit=200)
    assert [row.version for row in revisions] == [2, 1]
    kept = await scene.store.applications.by_id(first.id)
    assert revisions[0].after == {"client_name": kept.client_name} == {"client_name": f"Name {answers.index(True)}"}


async def test_a_replacement_changes_neither_client_id_nor_creation_nor_last_use(scene):
    first = await scene.add(1, last_used_at=50)
    odd = replace(first, version=2, client_id="other", created_at=1, last_used_at=None)
    assert await scene.store.applications.replace(first, odd, scene.change(first.id, version=2))
    assert await scene.store.applications.by_id(first.id) == replace(first, version=2)


async def test_a_write_that_changed_nothing_is_remembered_without_a_version(scene):
    first = await scene.add(1)
    await scene.store.applications.touch(first.id, 77, ALICE)
    assert await scene.store.applications.by_id(first.id) == replace(first, saved_at=77, saved_by=ALICE)


async def test_a_removed_application_is_found_nowhere_and_its_client_id_stays_taken(scene):
    first, other = await scene.add(1, redirect_uris=("https://a.example/",)), await scene.add(2)
    assert not await scene.store.applications.remove(7, first, scene.change(first.id), purge_at=500)
    assert await scene.store.applications.remove(1, first, scene.change(first.id, version=1), purge_at=500)
    assert not await scene.store.applications.remove(1, first, scene.change(first.id), purge_at=500)
    assert await scene.store.applications.by_id(first.id) is None
    assert await scene.store.applications.by_client_id(first.client_id) is None
    assert not await scene.store.applications.replace(first, replace(first, version=2), scene.change(first.id))
    assert await found(scene, Query()) == await found(scene, Query(q=("app",))) == [other.client_id]
    assert await found(scene, Query(redirect_host="a.example")) == []
    assert await found(scene, Query(unused_since=9)) == [other.client_id]
    again = application(3, client_id=first.client_id)
    assert not await scene.store.applications.insert(again, scene.change(), secret=None, registration_digest=None)


async def test_of_a_removal_and_a_hundred_replacements_at_once_one_happens(scene):
    first = await scene.add(1)
    removal = scene.store.applications.remove(1, first, scene.change(first.id), purge_at=500)
    changes = [replace(first, version=2, client_name=f"Name {number}") for number in range(99)]
    writes = [scene.store.applications.replace(first, each, scene.change(first.id, version=2)) for each in changes]
    answers = await asyncio.gather(*writes[:50], removal, *writes[50:])
    assert sorted(answers) == [False] * 99 + [True]


async def test_a_tombstone_is_purged_with_its_secrets_when_its_time_has_come(scene):
    first = await scene.add(1)
    assert await scene.store.secrets.add(secret(1, first.id), scene.change(first.id), limit=None, now=0)
    await scene.store.applications.remove(1, first, scene.change(first.id), purge_at=500)
    assert await scene.store.upkeep.purge(499, limit=10) == 0
    assert await scene.store.secrets.of(first.id) != []
    assert await scene.store.upkeep.purge(500, limit=10) == 1
    assert await scene.store.secrets.of(first.id) == []
    again = application(3, client_id=first.client_id)
    assert await scene.store.applications.insert(again, scene.change(), secret=None, registration_digest=None)


async def test_revisions_come_newest_first_and_page_by_their_ids(scene):
    present = await scene.add(1)
    for version in range(2, 8):
        after = replace(present, version=version, client_name=f"Name {version}")
        # All in one millisecond, with ids that do not tell which came first.
        change = replace(
            scene.change(present.id, version=version), id=an_id(100 - version), at=1, before={"client_name": "x"}
        )
        assert await scene.store.applications.replace(present, after, change)
        present = after
    first = await scene.store.applications.revisions(present.id, before=None, limit=3)
    rest = await scene.store.applications.revisions(present.id, before=first[-1].id, limit=9)
    assert [row.version for row in (*first, *rest)] == [7, 6, 5, 4, 3, 2, 1]
    assert await scene.store.applications.revisions(present.id, before="unknown", limit=9) == []


async def found(scene, query: Query) -> list[str]:
    page: Page = await scene.store.applications.page(query)
    return [row.client_id for row in page.items]


async def test_an_application_of_no_organization_is_a_conflict(scene):
    made = application(1, organization_id="f" * 24)
    with pytest.raises(Conflict):
        await scene.store.applications.insert(made, scene.change(made.id), secret=None, registration_digest=None)
    assert await scene.store.applications.by_id(made.id) is None
