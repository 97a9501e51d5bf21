"""Rows of applications as values, and back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from operator import attrgetter, itemgetter

from licet.domain.application import SETTINGS, Application, of_fields
from licet.domain.kinds import Kind, Nullable, Texts
from licet.store.sql import terms
from licet.store.sql.columns import pack, unpack
from licet.store.sql.script import Row
from licet.store.sql.statement import Value

PLAIN = ("id", "client_id", "created_by", "surface", "version", "created_at", "updated_at", "saved_at", "saved_by")
"""Columns that hold what the field of their name does."""
BESIDE = ("organization_id", "client_name", "enabled")
"""Settings with a column of their own, for whoever looks into the database; the others are in `settings`."""
COLUMNS = (*PLAIN, "last_used_at", "tokens_not_before", *BESIDE, "settings", "words")

_PACKED = tuple(name for name in SETTINGS if name not in BESIDE)
_packed = itemgetter(*_PACKED)
_DEFAULTS = {field.name: field.default for field in fields(Application) if field.default is not MISSING}


def _is_list(kind: Kind) -> bool:
    return isinstance(kind, Texts) or (isinstance(kind, Nullable) and _is_list(kind.kind))


_LISTS = tuple(name for name in _PACKED if _is_list(SETTINGS[name].kind))

_VALUES: Mapping[str, Callable[[Application], Value]] = {
    **{name: attrgetter(name) for name in COLUMNS if name not in {"settings", "words"}},
    "enabled": lambda application: int(application.enabled),
    "last_used_at": lambda application: application.last_used_at or 0,
    "settings": lambda application: pack(dict(zip(_PACKED, _packed(vars(application)), strict=True))),
    "words": lambda application: terms.spaced(terms.words(application)),
}


def values(application: Application, columns: Iterable[str] = COLUMNS) -> dict[str, Value]:
    """An application as a row, or as so much of one."""
    return {name: _VALUES[name](application) for name in columns}


def application(row: Row) -> Application:
    """A row as an application."""
    said = unpack(row["settings"])
    return of_fields(
        {
            **_DEFAULTS,
            **said,
            **{name: tuple(said[name]) for name in _LISTS if said.get(name) is not None},
            **{name: row[name] for name in (*PLAIN, "tokens_not_before", *BESIDE)},
            "enabled": bool(row["enabled"]),
            "last_used_at": row["last_used_at"] or None,
        }
    )
