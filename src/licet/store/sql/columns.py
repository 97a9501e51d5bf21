"""What every table's file needs to write its statements and to pack what is no column's type."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import orjson

from licet.store.sql.statement import Statement


def insert(table: str, columns: Iterable[str]) -> str:
    """The text that inserts one row, each column from the parameter of its name."""
    names = tuple(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"


def assign(columns: Iterable[str]) -> str:
    """The assignments of an update, each column from the parameter of its name."""
    return ", ".join(f"{name} = :{name}" for name in columns)


@cache
def update(table: str, columns: tuple[str, ...], condition: str = "id = :id") -> Statement:
    """The statement that writes columns of one row, each from the parameter of its name, and returns the row's id."""
    return Statement(f"UPDATE {table} SET {assign(columns)} WHERE {condition} RETURNING id")


def changed(columns: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the columns in which two rows differ: an update of these alone keeps what others wrote meanwhile."""
    return tuple(name for name in columns if before[name] != after[name])


def qualified(table: str, columns: Iterable[str], prefix: str = "") -> str:
    """Columns of one table of a join; `prefix` sets their names apart."""
    return ", ".join(f"{table}.{name} AS {prefix}{name}" for name in columns)


def pack(value: object) -> str:
    """A list or an object as a JSON text."""
    return orjson.dumps(value).decode()


def unpack(text: str) -> Any:  # noqa: ANN401 - JSON is what it is
    """What was packed; tuples come back as lists."""
    return orjson.loads(text)


def after_prefix(prefix: str) -> str:
    """The first text behind all that begin with a prefix."""
    return prefix + "\U0010ffff"
