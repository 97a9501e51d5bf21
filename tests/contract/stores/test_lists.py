import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from licet.domain.application import Application
from licet.errors import MalformedRequest
from licet.services.application_ports import Page, Query, Selection
from licet.store.sql import listing
from tests.contract.stores.scene import ACME, ALICE, BOB, Scene, user

BOBS = user(BOB, "bob").organization_id
HOSTS = {0: "https://a.example/cb", 1: "https://b.example:8443/cb", 2: "http://127.0.0.1/cb"}


def settings(number: int) -> dict[str, Any]:
    """Applications whose every filter divides them differently."""
    return {
        "organization_id": ACME if number % 3 else BOBS,
        "created_by": ALICE if number % 5 else BOB,
        "enabled": number % 4 != 0,
        "scope": ("read", "write") if number % 2 else ("read",),
        "surface": "teable" if number % 7 == 0 else "native",
        "redirect_uris": (HOSTS[number % 3], "https://shared.example/cb"),
        "last_used_at": None if number % 6 == 0 else 10_000 - number,
        "client_name": f"Notes {'Reader' if number % 2 else 'Raven'} {number}",
    }


@pytest.fixture
async def many(scene: Scene) -> tuple[Scene, list[Application]]:
    return scene, await asyncio.gather(*(scene.add(number, **settings(number)) for number in range(60)))


CASES: Mapping[str, tuple[dict[str, Any], Any]] = {
    "all": ({}, lambda _: True),
    "one organization": ({"organizations": (ACME,)}, lambda a: a.organization_id == ACME),
    "two organizations": ({"organizations": (ACME, BOBS)}, lambda _: True),
    "one organization and none": ({"organizations": (BOBS, "f" * 24)}, lambda a: a.organization_id == BOBS),
    "no organization": ({"organizations": ()}, lambda _: False),
    "enabled": ({"enabled": True}, lambda a: a.enabled),
    "disabled with a scope": ({"enabled": False, "scope": "read"}, lambda a: not a.enabled),
    "a scope": ({"scope": "write"}, lambda a: "write" in a.scope),
    "a scope nobody has": ({"scope": "writ"}, lambda _: False),
    "a surface": ({"surface": "teable"}, lambda a: a.surface == "teable"),
    "a host": ({"redirect_host": "b.example"}, lambda a: a.redirect_uris[0] == HOSTS[1]),
    "a host in capitals": ({"redirect_host": "B.Example"}, lambda a: a.redirect_uris[0] == HOSTS[1]),
    "two organizations and a scope": ({"organizations": (ACME, BOBS), "scope": "write"}, lambda a: "write" in a.scope),
    "everything": (
        {"organizations": (ACME,), "enabled": True, "scope": "write", "redirect_host": "a.example", "q": ("rea",)},
        lambda _: False,
    ),
    "a word": ({"q": ("reader",)}, lambda a: "Reader" in a.client_name),
    "a prefix of two words": ({"q": ("r",)}, lambda _: True),
    "two prefixes": ({"q": ("note", "rav")}, lambda a: "Raven" in a.client_name),
    "two prefixes in one": ({"q": ("NOTE rav",)}, lambda a: "Raven" in a.client_name),
    "the middle of a word": ({"q": ("ader",)}, lambda _: False),
    "a client_id": ({"q": ("client-1",)}, lambda a: a.client_id.startswith("client-1")),
    "a word and an organization": (
        {"q": ("reader",), "organizations": (BOBS,)},
        lambda a: "Reader" in a.client_name and a.organization_id == BOBS,
    ),
    "unused": ({"unused_since": 9_980}, lambda a: (a.last_used_at or 0) < 9_980),
    "unused, disabled, a word": (
        {"unused_since": 9_980, "enabled": False, "q": ("raven",)},
        lambda a: (a.last_used_at or 0) < 9_980 and not a.enabled and "Raven" in a.client_name,
    ),
    "a percent sign": ({"q": ("%",)}, lambda _: False),
}


async def all_pages(scene: Scene, query: Query) -> list[Page]:
    pages = [await scene.store.applications.page(query)]
    while pages[-1].cursor is not None:
        pages.append(await scene.store.applications.page(replace(query, cursor=pages[-1].cursor)))
    return pages


@pytest.mark.parametrize("limit", [7, 100])
@pytest.mark.parametrize("case", CASES)
async def test_pages_show_each_application_that_passes_once(many, case, limit):
    scene, written = many
    asked, passes = CASES[case]
    expected = {each.client_id for each in written if passes(each)}
    pages = await all_pages(scene, Query(**asked, limit=limit))
    shown = [each for page in pages for each in page.items]
    assert sorted(each.client_id for each in shown) == sorted(expected)
    assert all(each in written for each in shown)
    assert {(page.total, page.total_is_at_least) for page in pages} == {(len(expected), False)}
    assert [len(page.items) for page in pages[:-1]] == [limit] * (len(pages) - 1)


@pytest.mark.parametrize("case", CASES)
async def test_pages_stay_whole_when_filters_thin_out_more_than_one_page_looks_at(many, case, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED", 5)
    monkeypatch.setattr(listing, "EXAMINED", 8)
    scene, written = many
    asked, passes = CASES[case]
    pages = await all_pages(scene, Query(**asked, limit=4))
    shown = sorted(each.client_id for page in pages for each in page.items)
    assert shown == sorted(each.client_id for each in written if passes(each))
    assert all(page.total <= 5 and (page.total_is_at_least or page.total == len(shown)) for page in pages)


async def test_a_total_is_exact_up_to_a_bound_and_says_when_it_is_not(many, monkeypatch):
    scene, _ = many
    monkeypatch.setattr(listing, "COUNTED", 60)
    page = await scene.store.applications.page(Query(limit=1))
    assert (page.total, page.total_is_at_least) == (60, False)
    monkeypatch.setattr(listing, "COUNTED", 59)
    page = await scene.store.applications.page(Query(limit=1))
    assert (page.total, page.total_is_at_least) == (59, True)


async def test_lists_come_newest_first_and_by_longest_disuse(many):
    scene, written = many
    newest = await scene.store.applications.page(Query(limit=3))
    assert [each.client_id for each in newest.items] == ["client-59", "client-58", "client-57"]
    unused = await scene.store.applications.page(Query(unused_since=10_000, limit=13))
    assert [each.last_used_at for each in unused.items] == [None] * 10 + [9_941, 9_942, 9_943]
    words = await scene.store.applications.page(Query(q=("ra",), limit=100))
    assert [each.client_id for each in words.items] == [f"client-{number}" for number in range(58, -1, -2)]
    assert len(written) == 60


async def test_what_is_added_or_removed_between_pages_neither_repeats_nor_hides_others(many):
    scene, written = many
    first = await scene.store.applications.page(Query(limit=20))
    await scene.add(100)
    last_shown, next_one = first.items[-1], written[39]
    for gone in (last_shown, next_one):
        assert await scene.store.applications.remove(1, gone, scene.change(gone.id), purge_at=99)
    rest = await all_pages(scene, Query(limit=20, cursor=first.cursor))
    shown = [each.client_id for page in rest for each in page.items]
    assert shown == [f"client-{number}" for number in range(38, -1, -1)]


async def test_a_search_goes_on_by_the_prefix_it_began_with_however_many_have_it_by_now(scene, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED", 5)
    for number in range(10):
        await scene.add(number, client_name="Nab" if number < 6 else "Note" if number < 9 else "Nab Notebook")
    query = Query(q=("n note",), limit=1)
    first = await scene.store.applications.page(query)
    assert [each.client_id for each in first.items] == ["client-8"]
    for number in range(10, 15):
        await scene.add(number, client_name="Note")
    rest = await all_pages(scene, replace(query, cursor=first.cursor))
    shown = [each.client_id for page in rest for each in page.items]
    assert shown == ["client-7", "client-6", "client-9"]


@pytest.mark.parametrize("comes", [True, False])
@pytest.mark.parametrize("counted", range(2, 8))
async def test_what_comes_or_goes_between_two_looks_of_one_page_neither_repeats_nor_hides_others(
    many, monkeypatch, counted, comes
):
    monkeypatch.setattr(listing, "COUNTED", counted)
    scene, written = many
    passing = [each.client_id for each in written if each.organization_id == ACME and "write" in each.scope]
    newest = next(each for each in written if each.client_id == passing[-1])
    engine, happened = scene.store.applications._engine, []
    read = engine.read

    async def meanwhile(statement, /, **values):
        if "count(*) OVER ()" in statement.sqlite and not happened:
            happened.append(statement)
            if comes:
                await scene.add(100, organization_id=ACME, scope=("read", "write"))
            else:
                assert await scene.store.applications.remove(1, newest, scene.change(newest.id), purge_at=99)
        return await read(statement, **values)

    monkeypatch.setattr(engine, "read", meanwhile)
    page = await scene.store.applications.page(Query(organizations=(ACME,), scope="write", limit=100))
    assert happened
    shown = [each.client_id for each in page.items if each.client_id != "client-100"]
    assert shown == (passing[::-1] if comes else passing[-2::-1])


async def test_a_changed_application_is_found_by_what_it_has_become(many):
    scene, written = many
    old = written[8]
    new = replace(
        old, version=2, client_name="Zebra", scope=("fly",), enabled=True, redirect_uris=("https://z.example/",)
    )
    assert await scene.store.applications.replace(old, new, scene.change(old.id, version=2))
    for asked in ({"q": ("zebra",)}, {"scope": "fly"}, {"redirect_host": "z.example"}):
        assert (await scene.store.applications.page(Query(**asked))).items == (new,)
    for asked in ({"q": ("notes",)}, {"scope": "read"}, {"redirect_host": "shared.example"}, {"enabled": False}):
        page = await scene.store.applications.page(Query(**asked, limit=100))
        assert new.client_id not in [each.client_id for each in page.items]


@pytest.mark.parametrize(
    ("asked", "cursor"),
    [
        ({}, ("oldest", 1, "a")),
        ({}, ("newest", "1", "a")),
        ({}, ("newest", 1)),
        ({}, ("newest", 2**63, "a")),
        ({}, ("newest", True, "a")),
        ({}, ("word", "app", 1, "a")),
        ({}, ()),
        ({"q": ("app",)}, ("newest", 1, "a")),
        ({"q": ("app",)}, ("word", "bpp", 1, "a")),
        ({"unused_since": 5}, ("unused", -(2**64), "a")),
    ],
)
async def test_a_cursor_that_is_not_of_this_list_is_refused(scene, asked, cursor):
    with pytest.raises(MalformedRequest):
        await scene.store.applications.page(Query(**asked, cursor=cursor))


async def test_many_pages_at_once_are_each_their_own(many):
    scene, _ = many
    queries = [Query(limit=5, **CASES[case][0]) for case in CASES] * 4
    alone = [await scene.store.applications.page(query) for query in queries]
    assert await asyncio.gather(*map(scene.store.applications.page, queries)) == alone


SELECTIONS: Mapping[str, tuple[Selection, Any]] = {
    "all": (Selection(), lambda _: True),
    "an organization's": (Selection(organization_id=BOBS), lambda a: a.organization_id == BOBS),
    "a creator's": (Selection(created_by=(BOB,)), lambda a: a.created_by == BOB),
    "several creators'": (Selection(created_by=(BOB, ALICE, "0" * 24)), lambda _: True),
    "nobody's": (Selection(created_by=()), lambda _: False),
}


@pytest.mark.parametrize("piece", [7, 500])
@pytest.mark.parametrize("case", SELECTIONS)
async def test_a_selection_is_streamed_whole_and_oldest_first(many, case, piece, monkeypatch):
    monkeypatch.setattr(listing, "PIECE", piece)
    scene, written = many
    selection, passes = SELECTIONS[case]
    streamed = [each async for part in scene.store.applications.stream(selection) for each in part]
    assert streamed == [each for each in written if passes(each)]


async def test_a_stream_can_be_left_and_written_beside(many):
    scene, _ = many
    stream = scene.store.applications.stream(Selection())
    async for part in stream:
        assert part[0].client_id == "client-0"
        break
    await stream.aclose()
    await scene.add(200)
    assert await scene.store.applications.count() == 61
