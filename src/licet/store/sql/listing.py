"""Lists of applications: pages by cursor, and whole selections in pieces.

One filter *drives*: it walks an index in the order of the list (`ways`); every other filter is a probe of each row.
The one that leaves the fewest applications drives, so that a page costs the same in a small registry and in a large
one.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licet.domain.application import Application
from licet.errors import MalformedRequest
from licet.services.ports import Page, Query, Selection
from licet.store.sql import terms, ways
from licet.store.sql.application import application
from licet.store.sql.columns import after_prefix
from licet.store.sql.engine import PIECE, Engine
from licet.store.sql.script import Row
from licet.store.sql.statement import Value
from licet.store.sql.ways import BY_WORD, NEWEST, UNUSED, Probe, Shape, Way

COUNTED = 1_000
"""Totals are exact up to here."""
EXAMINED = 5_000
"""So many rows of its index one page looks at when other filters thin them out; then its cursor goes on from there."""
WORDS = 8
"""So many words of a search are looked at."""
BREATH = 50
"""So many rows of a piece become applications before others have a turn."""

Key = tuple[Any, ...]
Cursor = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: any of its values. As a driver each value is a branch, as a probe it is a condition of each row.

    Of filters too large to count, the lowest `rank` drives.
    """

    way: Way
    probe: Probe
    values: tuple[str | int, ...]
    rank: int

    def branches(self) -> list[Mapping[str, Value]]:
        """What enters the index, branch by branch."""
        if self.way is BY_WORD:
            return [{"driver": value, "driver_end": after_prefix(str(value))} for value in self.values]
        return [{"driver": value} for value in self.values]


@dataclass(frozen=True, slots=True)
class Walk:
    """A driver with its probes, ready to be walked branch by branch."""

    engine: Engine
    driver: Filter
    probes: tuple[Filter, ...]
    thinned: bool

    @property
    def way(self) -> Way:
        """The driver's."""
        return self.driver.way

    async def rows(self, branch: Mapping[str, Value], after: Key, size: int) -> tuple[list[Row], Key | None]:
        """Rows behind a key; and the key up to which they were looked for, if that came before `size` was reached."""
        until = await self._until(branch, after)
        rows = await self.engine.read(
            ways.page(self._shape(until)),
            **self._values(branch),
            **_named("after", after),
            **_named("until", until),
            size=size,
        )
        return rows, until if len(rows) < size else None

    async def count(self, branch: Mapping[str, Value]) -> tuple[int, bool]:
        """How many rows there are, at most one more than is counted; and whether not all were looked at."""
        until = await self._until(branch, self.way.start)
        rows = await self.engine.read(
            ways.count(self._shape(until)), **self._values(branch), **_named("until", until), size=COUNTED + 1
        )
        return rows[0]["count"], until is not None

    async def _until(self, branch: Mapping[str, Value], after: Key) -> Key | None:
        if not self.thinned:
            return None
        rows = await self.engine.read(ways.far(self.way), **branch, **_named("after", after), examined=EXAMINED)
        return _key(self.way, rows[0]) if rows else None

    def _shape(self, until: Key | None) -> Shape:
        return Shape(self.way, tuple(probe.probe for probe in self.probes), bounded=until is not None)

    def _values(self, branch: Mapping[str, Value]) -> dict[str, Value]:
        probed = {
            f"probe{place}": list(map(str, probe.values)) if probe.probe == "terms" else probe.values[0]
            for place, probe in enumerate(self.probes)
        }
        return {**branch, **probed}


async def page(engine: Engine, query: Query) -> Page:
    """One page. The cursor is the way and the key of the last row; another order than the query's is refused."""
    if query.organizations == ():
        return Page((), None, 0, total_is_at_least=False)
    walk = await _walk(engine, _filters(query), query.cursor)
    after = walk.way.start if query.cursor is None else query.cursor[1:]
    branches = walk.driver.branches()
    found = await asyncio.gather(*(walk.rows(branch, after, query.limit + 1) for branch in branches))
    counts = await asyncio.gather(*(walk.count(branch) for branch in branches))
    rows = sorted((row for rows, _ in found for row in rows), key=lambda row: _key(walk.way, row))
    shown, key = _cut(walk.way, rows, [until for _, until in found if until], query.limit)
    total = sum(count for count, _ in counts)
    return Page(
        items=tuple(map(application, shown)),
        cursor=(walk.way.name, *key) if key else None,
        total=min(total, COUNTED),
        total_is_at_least=total > COUNTED or any(partly for _, partly in counts),
    )


async def stream(engine: Engine, selection: Selection) -> AsyncIterator[Sequence[Application]]:
    """All of a selection, oldest first; each piece is a statement of its own, nothing stays open between two."""
    wanted = _selected(selection)
    after: dict[str, Value] = {"age": 2**63 - 1, "id": ""}
    while True:
        found = [row for term in wanted for row in await engine.read(ways.OLDEST, term=term, **after, size=PIECE)]
        rows = sorted(found, key=lambda row: (row["age"], row["id"]), reverse=True)[:PIECE]
        for start in range(0, len(rows), BREATH):
            yield [application(row) for row in rows[start : start + BREATH]]
            await asyncio.sleep(0)
        if len(rows) < PIECE:
            return
        after = {"age": rows[-1]["age"], "id": rows[-1]["id"]}


def _selected(selection: Selection) -> tuple[str, ...]:
    if selection.created_by is not None:
        return tuple(terms.of("creator", creator) for creator in dict.fromkeys(selection.created_by))
    if selection.organization_id is not None:
        return (terms.of("organization", selection.organization_id),)
    return (terms.EVERY,)


def _filters(query: Query) -> list[Filter]:
    """The query's conditions; without any, every application."""
    found = []
    if query.organizations is not None:
        owners = tuple(terms.of("organization", owner) for owner in dict.fromkeys(query.organizations))
        found.append(Filter(NEWEST, "term" if len(owners) == 1 else "terms", owners, rank=0))
    prefixes = dict.fromkeys(prefix for part in query.q for prefix in part.casefold().split())
    found += [Filter(BY_WORD, "word", (prefix,), rank=1) for prefix in list(prefixes)[:WORDS]]
    if query.unused_since is not None:
        found.append(Filter(UNUSED, "unused", (query.unused_since,), rank=2))
    found += [Filter(NEWEST, "term", (term,), rank=3) for term in _terms(query)]
    return found or [Filter(NEWEST, "term", (terms.EVERY,), rank=3)]


def _terms(query: Query) -> Iterator[str]:
    for kind, value in (("scope", query.scope), ("surface", query.surface), ("host", query.redirect_host)):
        if value is not None:
            yield terms.of(kind, value.lower() if kind == "host" else value)
    if query.enabled is not None:
        yield terms.enabled(on=query.enabled)


async def _walk(engine: Engine, filters: Sequence[Filter], cursor: Cursor | None) -> Walk:
    """The filters with their driver chosen; a cursor has chosen already, as far as the order goes."""
    fit = [each for each in filters if cursor is None or _fits(each, cursor)]
    if not fit:
        raise MalformedRequest("The cursor does not fit the query.")
    if len(filters) == 1:
        return Walk(engine, filters[0], (), thinned=False)
    sizes = await asyncio.gather(*(_size(engine, each) for each in fit))
    size, _, _, place = min((*size, place) for place, size in enumerate(sizes))
    return Walk(engine, fit[place], tuple(each for each in filters if each is not fit[place]), thinned=size > 0)


async def _size(engine: Engine, each: Filter) -> tuple[int, int, int]:
    """How much a filter leaves: 1 for more than is counted, then its rank, then how new the last one counted is."""
    behind = {"examined": COUNTED, **_named("after", each.way.start)}
    found = [row for branch in each.branches() for row in await engine.read(ways.far(each.way), **branch, **behind)]
    if not found:
        return 0, each.rank, 0
    return 1, each.rank, -found[0]["key0"] if each.way is NEWEST else 0


def _fits(each: Filter, cursor: Cursor) -> bool:
    """Whether a cursor is a key of this filter's way; integers are the database's, 64 bits."""
    key = cursor[1:]
    if cursor[:1] != (each.way.name,) or [*map(type, key)] != [*map(type, each.way.start)]:
        return False
    numbers_fit = all(-(2**63) <= part < 2**63 for part in key if isinstance(part, int))
    return numbers_fit and (each.way is not BY_WORD or str(key[0]).startswith(str(each.values[0])))


def _cut(way: Way, rows: list[Row], untils: Sequence[Key], limit: int) -> tuple[list[Row], Key | None]:
    """The rows to show and the key to go on from. Behind the first `until` some branch was not looked at any more."""
    until = min(untils, default=None)
    sure = rows if until is None else [row for row in rows if _key(way, row) <= until]
    if len(sure) > limit:
        return sure[:limit], _key(way, sure[limit - 1])
    return sure, until


def _key(way: Way, row: Row) -> Key:
    return tuple(row[f"key{place}"] for place in range(len(way.key)))


def _named(name: str, key: Key | None) -> dict[str, Value]:
    return {f"{name}{place}": part for place, part in enumerate(key or ())}
