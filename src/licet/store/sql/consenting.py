"""An act of consent as a script, for whatever it is written together with."""

from dataclasses import fields

from licet.domain.family import Consent
from licet.domain.revision import Change
from licet.store.sql.audit import record
from licet.store.sql.columns import insert, pack, unpack
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement, Values

COLUMNS = tuple(field.name for field in fields(Consent))

_NOTHING_YET = pack(None)
_SAME = "user_id = :user_id AND application_id = :application_id AND resources = :resources AND surface = :surface"

STANDS = Statement(f"SELECT user_id FROM consents WHERE {_SAME} {{locked}}")
# One statement takes the row or makes it, so the next one writes what no other act of consent can have passed by:
# a lock of a row that is not there yet holds nobody back.
CLAIM = Statement(f"""
    {insert("consents", COLUMNS)} ON CONFLICT (user_id, application_id, resources, surface) DO UPDATE
    SET updated_at = excluded.updated_at, last_used_at = coalesce(excluded.last_used_at, consents.last_used_at)
    RETURNING scope, authorization_details""")
KEEP = Statement(f"UPDATE consents SET scope = :scope, authorization_details = :authorization_details WHERE {_SAME}")


def stands(new: Consent) -> Script[bool]:
    """Whether an earlier one stands; its row is locked, so that who takes it back waits for this transaction."""
    return bool((yield from ask(STANDS, **_key(new))))


def put(new: Consent, change: Change | None) -> Script[None]:
    """Remember one: scopes join those of an earlier one, details take their place."""
    key = _key(new)
    times = {name: getattr(new, name) for name in ("created_at", "updated_at", "last_used_at")}
    (present,) = yield from ask(CLAIM, **key, **times, scope=_NOTHING_YET, authorization_details=_NOTHING_YET)
    scope = dict.fromkeys((*(unpack(present["scope"]) or ()), *new.scope))
    # Details are of one act (a payment, an account): the latest are remembered, and never added up.
    details = new.authorization_details or unpack(present["authorization_details"]) or ()
    kept = {"scope": pack(list(scope)), "authorization_details": pack(details)}
    yield from ask(KEEP, **key, **kept)
    if change is not None and any(present[name] != value for name, value in kept.items()):
        yield from record(change)


def _key(new: Consent) -> Values:
    # The resources are part of the key, so they are kept in one order.
    return {
        "user_id": new.user_id,
        "application_id": new.application_id,
        "resources": pack(sorted(new.resources)),
        "surface": new.surface,
    }
