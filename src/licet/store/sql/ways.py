"""The ways through the list of applications, and the statements that go them.

A way walks one index in the order of its key, between two keys; a *branch* of it is entered with one value, the
driver's. Filters that do not drive are probes of each row.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

from licet.store.sql.columns import after_prefix
from licet.store.sql.statement import Statement

Key = tuple[Any, ...]
Probe = Literal["term", "terms", "enabled", "word", "unused"]

LEAST, MOST = -(2**63), 2**63 - 1


class Stretch(NamedTuple):
    """Part of a branch: the rows behind one key, up to another.

    With `within` only those that have the first column of `until`; else, where a way is crowded, those before it.
    """

    after: Key
    until: Key
    within: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One walk through an index.

    Attributes:
        name: what cursors of this way begin with.
        rows: the table, with its alias.
        entry: the condition by which a branch is entered.
        key: the columns of the index that give the order, and `types` of them.
        start: the key before the first row of a branch, from the branch's value; `end` the key of its last.
        age: where a probe finds this of a row's application; `id`, `words` and `enabled` likewise.
        also: what a row must pass beside its place.
        narrow: the columns that a count needs.
        crowded: whether many rows may share the first column of the key, so that it is cut into stretches by it.
    """

    name: str
    rows: str
    entry: str
    key: tuple[str, ...]
    types: tuple[type, ...]
    start: Callable[[Any], Key]
    end: Callable[[Any], Key]
    age: str
    id: str
    words: str
    enabled: str
    also: str = "1 = 1"
    narrow: str = "*"
    crowded: bool = False

    def stretches(self, after: Key, until: Key) -> tuple[Stretch, ...]:
        """All between two keys, in parts of which an index knows the end.

        PostgreSQL follows a bound of several columns to where the first of them changes, however far that is.
        """
        if not self.crowded:
            return (Stretch(after, until),)
        if after[0] == until[0]:
            return (Stretch(after, until, within=True),)
        first = (until[0], *self.start(until[0])[1:])
        return (Stretch(after, until), Stretch(first, until, within=True))


NEWEST = Way(
    name="newest",
    rows="application_terms AS d",
    entry="d.term = :driver",
    key=("d.age", "d.application_id"),
    types=(int, str),
    start=lambda _: (LEAST, ""),
    end=lambda _: (MOST, ""),
    age="d.age",
    id="d.application_id",
    words="a.words",
    enabled="d.enabled",
)
BY_WORD = Way(
    name="word",
    rows="application_words AS d",
    entry="1 = 1",
    key=("d.word", "d.age", "d.application_id"),
    types=(str, int, str),
    start=lambda prefix: (prefix, LEAST, ""),
    end=lambda prefix: (after_prefix(prefix), LEAST, ""),
    age="d.age",
    id="d.application_id",
    words="d.words",
    enabled="d.enabled",
    # Shown once: under the first of its words that has the prefix.
    also="{position}(d.words, ' ' || :driver) = {position}(d.words, ' ' || d.word || ' ')",
    crowded=True,
)
UNUSED = Way(
    name="unused",
    rows="applications AS a",
    entry="a.purge_at IS NULL",
    key=("a.last_used_at", "a.id"),
    types=(int, str),
    start=lambda _: (-1, ""),
    end=lambda since: (since, ""),
    age="-a.created_at",
    id="a.id",
    words="a.words",
    enabled="a.enabled",
    narrow="a.id, a.created_at, a.last_used_at, a.enabled, a.words",
    crowded=True,
)

_JOIN = " JOIN applications AS a ON a.id = d.application_id"
# OFFSET keeps PostgreSQL from turning the probe into a join over all of the other filter's rows.
_TERM = """EXISTS (SELECT 1 FROM application_terms AS p WHERE p.term {is_one} AND p.age = {age}
    AND p.application_id = {id} LIMIT 1 OFFSET 0)"""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the text of a query depends on."""

    way: Way
    probes: tuple[Probe, ...] = ()
    within: bool = False

    def probed(self) -> str:
        """What a row of the branch must pass."""
        probes = [self._probe(kind, f"probe{place}") for place, kind in enumerate(self.probes)]
        return " AND ".join([self.way.also, *probes])

    def join(self, *, whole: bool = False) -> str:
        """The application's own row, where it is asked for."""
        return _JOIN if self.way is not UNUSED and (whole or "a." in self.probed()) else ""

    def _probe(self, kind: Probe, name: str) -> str:
        if kind == "word":
            return f"{{position}}({self.way.words}, ' ' || :{name}) > 0"
        if kind == "enabled":
            return f"{self.way.enabled} = :{name}"
        if kind == "unused":
            return f"a.last_used_at < :{name}"
        one = f"= :{name}" if kind == "term" else f"IN (SELECT value FROM {{each {name}}})"
        return _TERM.replace("{is_one}", one).replace("{age}", self.way.age).replace("{id}", self.way.id)


@cache
def page(shape: Shape) -> Statement:
    """The applications between two keys, with their own keys."""
    way = shape.way
    return Statement(f"""
        SELECT a.*, {_named(way)} FROM {way.rows}{shape.join(whole=True)}
        WHERE {" AND ".join([*_between(way, within=shape.within), way.entry, shape.probed()])}
        ORDER BY {", ".join(way.key)} LIMIT :size""")


@cache
def count(shape: Shape) -> Statement:
    """How many there are, at most `size`, among the first `examined` rows."""
    return Statement(f"""
        SELECT count(*) AS count
        FROM (SELECT 1 FROM {_looked_at(shape)}{shape.join()} WHERE {shape.probed()} LIMIT :size) AS found""")


@cache
def first(shape: Shape) -> Statement:
    """Both at once: the first applications among the first `examined` rows, each with how many there are."""
    way = shape.way
    keys = ", ".join(f"f.key{place}" for place in range(len(way.key)))
    return Statement(f"""
        SELECT a.*, {keys}, f.count FROM (
            SELECT {way.id} AS id, {_named(way)}, count(*) OVER () AS count
            FROM {_looked_at(shape)}{shape.join()} WHERE {shape.probed()}
            ORDER BY {", ".join(way.key)} LIMIT :size) AS f
        JOIN applications AS a ON a.id = f.id ORDER BY {keys}""")


@cache
def far(way: Way) -> Statement:
    """The key of the row so many rows behind a key, if the branch goes so far."""
    return Statement(f"""
        SELECT {_named(way)} FROM {way.rows} WHERE {" AND ".join([*_between(way), way.entry])}
        ORDER BY {", ".join(way.key)} LIMIT 1 OFFSET :examined""")


OLDEST = Statement(f"""
    SELECT a.*, d.age FROM application_terms AS d {_JOIN}
    WHERE d.term = :term AND (d.age, d.application_id) < (:age, :id)
    ORDER BY d.age DESC, d.application_id DESC LIMIT :size""")


def _looked_at(shape: Shape) -> str:
    """The first rows between two keys."""
    way = shape.way
    conditions = " AND ".join([*_between(way, within=shape.within), way.entry])
    return f"""(SELECT {way.narrow} FROM {way.rows} WHERE {conditions}
        ORDER BY {", ".join(way.key)} LIMIT :examined) AS {way.key[0].partition(".")[0]}"""


def _between(way: Way, *, within: bool = False) -> list[str]:
    places = range(1 if within else 0, len(way.key))
    key = _row(way.key[place] for place in places)
    after, until = (_row(f":{end}{place}" for place in places) for end in ("after", "until"))
    behind, before = f"{key} > {after}", f"{key} <= {until}"
    if within:
        return [f"{way.key[0]} = :until0", behind, before]
    return [behind, f"{way.key[0]} < :until0" if way.crowded else before]


def _row(columns: Iterable[str]) -> str:
    return f"({', '.join(columns)})"


def _named(way: Way) -> str:
    return ", ".join(f"{column} AS key{place}" for place, column in enumerate(way.key))
