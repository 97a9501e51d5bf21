"""The ways through the list of applications, and the statements that go them.

A way walks one index in the order of its key; `driver` is the value it is entered with. Filters that do not drive are
probes.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from licet.store.sql.statement import Statement

Probe = Literal["term", "terms", "word", "unused"]


@dataclass(frozen=True, slots=True)
class Way:
    """One walk: where the rows come from, what enters the index, what else must hold, and the columns of the key.

    `start` is a key before every other; `age` and `id` say where a probe finds the application of a row.
    """

    name: str
    rows: str
    enter: str
    key: tuple[str, ...]
    start: tuple[str | int, ...]
    age: str
    id: str
    also: str = "1 = 1"


NEWEST = Way(
    name="newest",
    rows="application_terms AS d",
    enter="d.term = :driver",
    key=("d.age", "d.application_id"),
    start=(-(2**63), ""),
    age="d.age",
    id="d.application_id",
)
BY_WORD = Way(
    name="word",
    rows="application_words AS d",
    enter="d.word >= :driver AND d.word < :driver_end",
    key=("d.word", "d.age", "d.application_id"),
    start=("", -(2**63), ""),
    age="d.age",
    id="d.application_id",
    # Shown once: under the first of its words that has the prefix.
    also="{position}(a.words, ' ' || :driver) = {position}(a.words, ' ' || d.word || ' ')",
)
UNUSED = Way(
    name="unused",
    rows="applications AS a",
    enter="a.purge_at IS NULL AND a.last_used_at < :driver",
    key=("a.last_used_at", "a.id"),
    start=(-1, ""),
    age="-a.created_at",
    id="a.id",
)

_JOIN = " JOIN applications AS a ON a.id = d.application_id"
# OFFSET keeps PostgreSQL from turning the probe into a join over all of the other filter's rows.
_TERM = """EXISTS (SELECT 1 FROM application_terms AS p WHERE p.term {is_one} AND p.age = {age}
    AND p.application_id = {id} LIMIT 1 OFFSET 0)"""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the text of a query depends on."""

    way: Way
    probes: tuple[Probe, ...]
    bounded: bool

    def where(self) -> str:
        """Conditions of everything but where to begin."""
        probes = [self._probe(kind, f"probe{place}") for place, kind in enumerate(self.probes)]
        bound = [f"({', '.join(self.way.key)}) <= ({_parameters('until', self.way)})"] if self.bounded else []
        return " AND ".join([self.way.enter, self.way.also, *probes, *bound])

    def rows(self, *, whole: bool = False) -> str:
        """The tables; the application's own row only where it is asked for."""
        joins = self.way is not UNUSED and (whole or "a." in self.where())
        return self.way.rows + (_JOIN if joins else "")

    def _probe(self, kind: Probe, name: str) -> str:
        if kind == "word":
            return f"{{position}}(a.words, ' ' || :{name}) > 0"
        if kind == "unused":
            return f"a.last_used_at < :{name}"
        one = f"= :{name}" if kind == "term" else f"IN (SELECT value FROM {{each {name}}})"
        return _TERM.replace("{is_one}", one).replace("{age}", self.way.age).replace("{id}", self.way.id)


@cache
def page(shape: Shape) -> Statement:
    """The applications behind a key, with their own keys."""
    way = shape.way
    key = ", ".join(way.key)
    return Statement(f"""
        SELECT a.*, {", ".join(f"{column} AS key{place}" for place, column in enumerate(way.key))}
        FROM {shape.rows(whole=True)} WHERE {shape.where()} AND ({key}) > ({_parameters("after", way)})
        ORDER BY {key} LIMIT :size""")


@cache
def count(shape: Shape) -> Statement:
    """How many there are, at most `size`."""
    return Statement(f"""
        SELECT count(*) AS count
        FROM (SELECT 1 FROM {shape.rows()} WHERE {shape.where()} LIMIT :size) AS found""")


@cache
def far(way: Way) -> Statement:
    """The key of the row so many rows behind a key, if the index goes so far."""
    key = ", ".join(way.key)
    return Statement(f"""
        SELECT {", ".join(f"{column} AS key{place}" for place, column in enumerate(way.key))}
        FROM {way.rows} WHERE {way.enter} AND ({key}) > ({_parameters("after", way)})
        ORDER BY {key} LIMIT 1 OFFSET :examined""")


OLDEST = Statement(f"""
    SELECT a.*, d.age FROM application_terms AS d {_JOIN}
    WHERE d.term = :term AND (d.age, d.application_id) < (:age, :id)
    ORDER BY d.age DESC, d.application_id DESC LIMIT :size""")


def _parameters(name: str, way: Way) -> str:
    return ", ".join(f":{name}{place}" for place in range(len(way.key)))
