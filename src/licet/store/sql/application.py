"""Rows of applications as values, and back."""

from typing import Any

from licet.domain.application import SETTINGS, Application
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


def values(application: Application) -> dict[str, Value]:
    """An application as a row."""
    row = {name: getattr(application, name) for name in (*PLAIN, *BESIDE)}
    return row | {
        "enabled": int(application.enabled),
        "last_used_at": application.last_used_at or 0,
        "tokens_not_before": application.tokens_not_before,
        "settings": pack({name: getattr(application, name) for name in _PACKED}),
        "words": terms.spaced(terms.words(application)),
    }


def application(row: Row) -> Application:
    """A row as an application."""
    packed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in unpack(row["settings"]).items()
    }
    return Application(
        **{name: row[name] for name in PLAIN},
        organization_id=row["organization_id"],
        client_name=row["client_name"],
        enabled=bool(row["enabled"]),
        last_used_at=row["last_used_at"] or None,
        tokens_not_before=row["tokens_not_before"],
        **packed,
    )
