from dataclasses import replace

from licet.domain.application import Application
from licet.domain.consequences import consequences

CALLBACK, OTHER = "https://app.example/cb", "https://app.example/other"
BEFORE = Application(
    id="0" * 24,
    client_id="client",
    created_by=None,
    surface="native",
    version=1,
    created_at=0,
    updated_at=0,
    saved_at=0,
    scope=("read", "write"),
    redirect_uris=(CALLBACK, "http://127.0.0.1/cb"),
)


def test_nothing_follows_from_no_change():
    found = consequences(BEFORE, BEFORE)
    assert (found.changes, found.stops, found.removed_scopes, found.removed_redirect_uris) == ((), False, (), ())
    assert not found.voids(CALLBACK)


def test_a_switch_stops_everything_once():
    off = replace(BEFORE, enabled=False)
    assert consequences(BEFORE, off).stops
    assert consequences(BEFORE, off).voids(CALLBACK)
    assert not consequences(off, off).stops
    assert not consequences(off, BEFORE).stops


def test_only_what_is_gone_is_removed():
    after = replace(BEFORE, scope=("write", "admin"), redirect_uris=(OTHER, "http://127.0.0.1/cb"))
    found = consequences(BEFORE, after)
    assert found.changes == ("redirect_uris", "scope")
    assert found.removed_scopes == ("read",)
    assert found.removed_redirect_uris == (CALLBACK,)


def test_a_code_is_void_where_nobody_is_sent_any_more():
    found = consequences(BEFORE, replace(BEFORE, redirect_uris=("http://127.0.0.1/cb",)))
    assert found.voids(CALLBACK)
    assert not found.voids("http://127.0.0.1:49152/cb")


def test_a_deletion_removes_everything():
    found = consequences(BEFORE, None)
    assert found.stops
    assert found.removed_scopes == ("read", "write")
    assert found.removed_redirect_uris == (CALLBACK, "http://127.0.0.1/cb")
