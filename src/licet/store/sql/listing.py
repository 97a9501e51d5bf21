"""Lists of applications: pages by cursor, and whole selections in pieces.

One filter *drives*: it walks an index in the order of the list (`ways`); every other filter is a probe of each row.
The one that leaves the fewest applications drives, so that a page costs the same in a small registry and in a large
one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from licet.domain.application import Application
from licet.errors import MalformedRequest
from licet.services.application_ports import Page, Query, Selection
from licet.store.sql import terms, ways
from licet.store.sql.application import application
from licet.store.sql.engine import PIECE, Engine
from licet.store.sql.script import Row
from licet.store.sql.statement import Statement, Value
from licet.store.sql.ways import BY_WORD, LEAST, MOST, NEWEST, UNUSED, Key, Probe, Shape, Stretch, Way

COUNTED = 1_000
"""Totals are exact up to here; where other filters thin them out, so many rows of an index are counted."""
EXAMINED = 5_000
"""So many rows of its index one page looks at when other filters thin them out; then its cursor goes on from there."""
WORDS = 8
"""So many words of a search are looked at."""
BREATH = 8
"""So many rows of a piece become applications before others have a turn."""

Cursor = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition: any of its values. As a driver each value is a branch, as a probe it is a condition of each row.

    Of filters that leave more than is counted, the lowest `rank` drives.
    """

    way: Way
    probe: Probe
    values: tuple[str | int, ...]
    rank: int

    @property
    def asked(self) -> Value:
        """What it asks as a probe."""
        if self.probe == "terms":
            return [*map(str, self.values)]
        return int(self.values[0] == terms.enabled(on=True)) if self.probe == "enabled" else self.values[0]


@dataclass(frozen=True, slots=True)
class Branch:
    """What one branch gave.

    Attributes:
        rows: the first ones, in the order of the way.
        until: the key up to which rows were looked for before there were enough; None when it was looked at whole.
        count: how many rows were counted, never more than `COUNTED` and one.
        counted_all: whether the count is of the whole branch.
    """

    rows: list[Row]
    until: Key | None
    count: int
    counted_all: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """A driver with its probes: how one page is found.

    `far` has the branches with more rows than are counted, each with the key of the last row that is. Probes may leave
    few of their rows, so a page looks at `EXAMINED` of them and no more, and its cursor goes on from there.
    """

    engine: Engine
    driver: Filter
    probes: tuple[Filter, ...] = ()
    far: Mapping[str | int, Key] = field(default_factory=dict)

    @property
    def way(self) -> Way:
        """The driver's."""
        return self.driver.way

    async def branch(self, value: str | int, cursor: Cursor | None, size: int) -> Branch:
        """The first rows of a branch behind a cursor, and how many it has in all."""
        if cursor is None and value in self.far:
            rows, until, count = await self._first(value, size)
        else:
            after = self.way.start(value) if cursor is None else cursor[1:]
            (rows, until), count = await asyncio.gather(
                self._rows(value, after, size, examined=COUNTED), self._count(value)
            )
        if until:
            # The row that ended the first look was part of it.
            more, until = await self._rows(value, until, size - len(rows), examined=EXAMINED - COUNTED - 1)
            rows = [*rows, *more]
        return Branch(rows, until, count, counted_all=value not in self.far)

    async def _first(self, value: str | int, size: int) -> tuple[list[Row], Key | None, int]:
        """Rows and count where a page begins with what is counted: it is looked at once."""
        # Up to the key, not so many rows: what comes or goes meanwhile is in this look or the next, never in both.
        far = self.far[value]
        parts = await self._parts(ways.first, value, (self.way.start(value), far), size=size, examined=MOST)
        rows = [row for part in parts for row in part][:size]
        return rows, far if len(rows) < size else None, sum(int(part[0]["count"]) for part in parts if part)

    async def _rows(self, value: str | int, after: Key, size: int, *, examined: int) -> tuple[list[Row], Key | None]:
        """Rows behind a key, and the key up to which they were looked for, if there were too few of them by then."""
        thinned = value in self.far
        until = await _far(self.engine, self.way, value, after=after, examined=examined) if thinned else None
        if until is None:
            return await self._read(ways.page, value, Stretch(after, self.way.end(value)), size=size), None
        parts = await self._parts(ways.page, value, (after, until), size=size)
        rows = [row for part in parts for row in part][:size]
        return rows, until if len(rows) < size else None

    async def _count(self, value: str | int) -> int:
        """How many rows there are, at most one more than is counted."""
        examined = self._examined(value)
        whole = Stretch(self.way.start(value), self.way.end(value))
        rows = await self._read(ways.count, value, whole, size=COUNTED + 1, examined=examined)
        return int(rows[0]["count"])

    def _examined(self, value: str | int) -> int:
        # As far as the branch's key in `far`: the total must not cost more than the page does.
        return COUNTED + 1 if value in self.far else MOST

    async def _parts(
        self, statement: Callable[[Shape], Statement], value: str | int, between: tuple[Key, Key], **bounds: int
    ) -> list[list[Row]]:
        """What is between two keys, in order."""
        stretches = self.way.stretches(*between)
        return await asyncio.gather(*(self._read(statement, value, stretch, **bounds) for stretch in stretches))

    async def _read(
        self, statement: Callable[[Shape], Statement], value: str | int, stretch: Stretch, **bounds: int
    ) -> list[Row]:
        probed = {f"probe{place}": probe.asked for place, probe in enumerate(self.probes)}
        shape = Shape(self.way, tuple(probe.probe for probe in self.probes), stretch.within)
        between = _bounds(stretch.after, stretch.until)
        return await self.engine.read(statement(shape), driver=value, **probed, **between, **bounds)


async def page(engine: Engine, query: Query) -> Page:
    """One page. The cursor is the way and the key of the last row; another order than the query's is refused."""
    if query.organizations == ():
        return Page((), None, 0, total_is_at_least=False)
    walk = await _walk(engine, _filters(query), query.cursor)
    branches = await asyncio.gather(
        *(walk.branch(value, query.cursor, query.limit + 1) for value in walk.driver.values)
    )
    shown, key = _cut(walk.way, branches, query.limit)
    total = sum(branch.count for branch in branches)
    return Page(
        items=tuple(map(application, shown)),
        cursor=(walk.way.name, *key) if key else None,
        total=min(total, COUNTED),
        total_is_at_least=total > COUNTED or not all(branch.counted_all for branch in branches),
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
    found += [Filter(BY_WORD, "word", (prefix,), rank=1) for prefix in _prefixes(query.q)]
    if query.unused_since is not None:
        found.append(Filter(UNUSED, "unused", (query.unused_since,), rank=2))
    found += [Filter(NEWEST, "term", (term,), rank=3) for term in _terms(query)]
    if query.enabled is not None:
        found.append(Filter(NEWEST, "enabled", (terms.enabled(on=query.enabled),), rank=3))
    return found or [Filter(NEWEST, "term", (terms.EVERY,), rank=3)]


def _prefixes(asked: Sequence[str]) -> list[str]:
    """The words of a search, without those with which another begins: a cursor fits one of them alone."""
    words = list(dict.fromkeys(word for part in asked for word in part.casefold().split()))[:WORDS]
    return [word for word in words if sum(other.startswith(word) for other in words) == 1]


def _terms(query: Query) -> Iterator[str]:
    for kind, value in (("scope", query.scope), ("surface", query.surface), ("host", query.redirect_host)):
        if value is not None:
            yield terms.of(kind, value.lower() if kind == "host" else value)


async def _walk(engine: Engine, filters: Sequence[Filter], cursor: Cursor | None) -> Walk:
    """The filters with their driver chosen; a cursor has chosen already, as far as the order goes."""
    fit = [each for each in filters if cursor is None or _fits(each, cursor)]
    if not fit:
        raise MalformedRequest("The cursor does not fit the query.")
    if len(filters) == 1:
        return Walk(engine, filters[0])
    ends = await asyncio.gather(*(_ends(engine, each) for each in fit))
    driver, far = min(zip(fit, ends, strict=True), key=lambda pair: _size(*pair))
    return Walk(engine, driver, tuple(each for each in filters if each is not driver), far)


async def _ends(engine: Engine, each: Filter) -> dict[str | int, Key]:
    """The keys up to which a filter's branches are counted, of those that go on behind."""
    start = each.way.start
    keys = {value: await _far(engine, each.way, value, after=start(value), examined=COUNTED) for value in each.values}
    return {value: key for value, key in keys.items() if key}


def _size(each: Filter, far: Mapping[str | int, Key]) -> tuple[bool, int, int]:
    """How much a filter leaves: whether more than is counted, then its rank, then how new the last one counted is.

    The least of these drives. The newer the last one counted, the more there are.
    """
    newest = next((-key[0] for key in far.values()), 0) if each.way is NEWEST else 0
    return bool(far), each.rank, newest


async def _far(engine: Engine, way: Way, value: str | int, *, after: Key, examined: int) -> Key | None:
    rows = await engine.read(ways.far(way), driver=value, **_bounds(after, way.end(value)), examined=examined)
    return _key(way, rows[0]) if rows else None


def _fits(each: Filter, cursor: Cursor) -> bool:
    """Whether a cursor is a key of this filter's way; integers are the database's, 64 bits."""
    key = cursor[1:]
    if cursor[:1] != (each.way.name,) or tuple(map(type, key)) != each.way.types:
        return False
    numbers_fit = all(LEAST <= part <= MOST for part in key if isinstance(part, int))
    return numbers_fit and (each.way is not BY_WORD or str(key[0]).startswith(str(each.values[0])))


def _cut(way: Way, branches: Sequence[Branch], limit: int) -> tuple[list[Row], Key | None]:
    """The rows to show, and the key to go on from.

    What is behind the least `until` waits for the next page: a branch that was looked at no farther may have rows that
    come before it.
    """
    rows = sorted((row for branch in branches for row in branch.rows), key=lambda row: _key(way, row))
    until = min((branch.until for branch in branches if branch.until), default=None)
    sure = rows if until is None else [row for row in rows if _key(way, row) <= until]
    if len(sure) > limit:
        return sure[:limit], _key(way, sure[limit - 1])
    return sure, until


def _key(way: Way, row: Row) -> Key:
    return tuple(row[f"key{place}"] for place in range(len(way.key)))


def _bounds(after: Key, until: Key) -> dict[str, Value]:
    bounds = {f"after{place}": part for place, part in enumerate(after)}
    return bounds | {f"until{place}": part for place, part in enumerate(until)}
