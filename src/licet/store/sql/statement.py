"""One SQL text, two spellings: what differs between the engines is a row of a table here.

Within a text `:name` is a parameter, `{word}` a row of `SPELLINGS`, and `{each names}` the parameter `names`, a
sequence of texts, as a table with one column `value`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

Value = str | int | float | bytes | Sequence[str] | Sequence[int] | Sequence[bytes] | None
Values = Mapping[str, Any]

SPELLINGS: Mapping[str, tuple[str, str]] = {
    "text": ("TEXT", 'TEXT COLLATE "C"'),  # one order of texts everywhere: that of their UTF-8 bytes
    "bigint": ("INTEGER", "BIGINT"),
    "blob": ("BLOB", "BYTEA"),
    "keyed": ("WITHOUT ROWID", ""),
    "greatest": ("max", "GREATEST"),
    "position": ("instr", "strpos"),
    "locked": ("", "FOR UPDATE"),  # SQLite's one writer needs no locks
    "alone": ("1", "pg_advisory_xact_lock(5423784)"),
    "begun": (
        "EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'schema_version')",
        "to_regclass('schema_version') IS NOT NULL",
    ),
    "told": ("1", "pg_notify('licet_registry', '')::text"),
    "engine": ("'SQLite ' || sqlite_version()", "'PostgreSQL ' || current_setting('server_version')"),
}
"""Word to its spelling on SQLite and on PostgreSQL."""

_TOKEN = re.compile(
    r"""(?P<verbatim> '(?:[^']|'')*' | ::)
      | \{each\ (?P<each>\w+)\}
      | \{(?P<word>\w+)\}
      | :(?P<name>[a-z_]\w*)""",
    re.VERBOSE,
)


class Statement:
    """SQL compiled once for each engine: bound by name on SQLite, as $1..$n in the order of `names` on PostgreSQL."""

    __slots__ = ("_each", "names", "postgres", "sqlite")

    def __init__(self, text: str) -> None:
        names: list[str] = []
        each: set[str] = set()

        def number(name: str) -> str:
            if name not in names:
                names.append(name)
            return f"${names.index(name) + 1}"

        def spell(token: re.Match[str]) -> str:
            if array := token["each"]:
                each.add(array)
                return f"unnest({number(array)}::text[]) AS each(value)"
            if word := token["word"]:
                return SPELLINGS[word][1]
            return number(token["name"]) if token["name"] else token["verbatim"]

        self.sqlite = _TOKEN.sub(_spell_sqlite, text)
        self.postgres = _TOKEN.sub(spell, text)
        self.names = tuple(names)
        self._each = frozenset(each)

    def __repr__(self) -> str:
        return f"Statement({' '.join(self.sqlite.split())!r})"

    def by_name(self, values: Values) -> Values:
        """The values as SQLite binds them; a sequence travels as JSON."""
        return (
            {**values, **{name: orjson.dumps(values[name]).decode() for name in self._each}} if self._each else values
        )

    def by_position(self, values: Values) -> list[Any]:
        """The values as PostgreSQL binds them."""
        return [values[name] for name in self.names]


def _spell_sqlite(token: re.Match[str]) -> str:
    if array := token["each"]:
        return f"json_each(:{array})"
    return SPELLINGS[token["word"]][0] if token["word"] else token[0]
