from dataclasses import replace

import pytest

from licet.domain.application import SETTINGS, Application, change, differences
from licet.domain.judgement import check
from licet.domain.revision import of_application
from tests.unit.domain.people import actor

BARE = Application(
    id="0" * 24,
    client_id="abc",
    created_by=None,
    surface="native",
    version=1,
    created_at=1,
    updated_at=1,
    saved_at=1,
    organization_id="1" * 24,
    client_name="Wiki",
    protocols=("native",),
)


def faults(application: Application, catalogue: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in check(application, catalogue)]


def test_a_bare_application_has_no_faults() -> None:
    assert faults(BARE) == []


def test_an_absent_setting_is_left_alone_and_null_takes_the_default_again() -> None:
    named = change(BARE, {"description": "For the wiki", "contacts": ["a@example.com"]})
    assert (named.description, named.contacts, named.client_name) == ("For the wiki", ("a@example.com",), "Wiki")
    assert change(named, {"description": None, "contacts": None}) == BARE


def test_lists_become_tuples_so_that_states_compare_by_value() -> None:
    uris = ["https://a.example/cb"]
    assert change(BARE, {"redirect_uris": uris}) == change(BARE, {"redirect_uris": tuple(uris)})


def test_differences_name_settings_in_the_order_of_the_table() -> None:
    after = change(BARE, {"scope": ["a"], "client_name": "Other"})
    assert differences(BARE, after) == ("client_name", "scope")


@pytest.mark.parametrize(
    ("setting", "value", "pointer", "code"),
    [
        ("client_name", "a\u202eb", "/client_name", "control_character"),
        ("client_name", 5, "/client_name", "type"),
        ("enabled", "true", "/enabled", "type"),
        ("redirect_uris", ["https://a.example/cb", "javascript:alert(1)"], "/redirect_uris/1", "bad_redirect_uri"),
        ("grant_types", ["password"], "/grant_types/0", "bad_choice"),
        ("scope", ["unheard-of"], "/scope/0", "bad_choice"),
        ("scope", ["read", "read"], "/scope/1", "duplicate"),
    ],
)
def test_every_rule_holds_for_the_whole_result(setting: str, value: object, pointer: str, code: str) -> None:
    assert (pointer, code) in faults(change(BARE, {setting: value}), ("read",))


def test_keys_by_value_and_by_reference_exclude_each_other() -> None:
    both = replace(BARE, jwks={"keys": []}, jwks_uri="https://a.example/jwks")
    assert faults(both) == [("/jwks", "bad_value")]


def test_pkce_may_be_off_only_with_a_secret() -> None:
    assert faults(replace(BARE, require_pkce=False)) == []
    assert faults(replace(BARE, require_pkce=False, token_endpoint_auth_method="none")) == [
        ("/require_pkce", "bad_value")
    ]


def test_all_settings_together_are_bounded() -> None:
    uris = tuple(f"https://a.example/{'x' * 1900}/{number}" for number in range(40))
    assert ("", "too_long") in faults(replace(BARE, redirect_uris=uris))


def test_plain_http_beyond_loopback_marks_the_application_insecure() -> None:
    assert change(BARE, {"redirect_uris": ["https://a.example/cb", "http://a.example/cb"]}).insecure
    assert not change(BARE, {"redirect_uris": ["http://127.0.0.1/cb", "com.example.app:/cb"]}).insecure


def test_every_setting_has_a_kind_and_a_meaning() -> None:
    assert all(row.about.endswith(".") and row.kind.schema() for row in SETTINGS.values())


def test_a_revision_holds_only_what_changed() -> None:
    after = change(BARE, {"client_name": "Other"})
    made = of_application(actor("alice"), "application.updated", BARE, after, change_id="f" * 24, at=5)
    assert (dict(made.before), dict(made.after)) == ({"client_name": "Wiki"}, {"client_name": "Other"})


def test_a_creation_and_a_deletion_hold_every_setting() -> None:
    made = of_application(actor("alice"), "application.created", None, BARE, change_id="f" * 24, at=5)
    gone = of_application(actor("alice"), "application.deleted", BARE, None, change_id="f" * 24, at=5)
    assert (dict(made.before), dict(made.after)) == ({}, dict(gone.before))
    assert set(made.after) == set(SETTINGS)
