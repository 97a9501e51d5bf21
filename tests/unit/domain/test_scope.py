from hypothesis import given, strategies as st

from licet.domain.scope import is_token, rewritten, spelled, split

OWN = ("a", "b", "c")
names = st.lists(st.sampled_from("abcxyz"), unique=True, max_size=6)


def test_foreign_scopes_keep_their_place_when_a_surface_writes_its_own() -> None:
    assert rewritten(("x", "a", "y", "b"), ("b", "c"), OWN) == ("x", "b", "y", "c")
    assert rewritten(("x", "a", "y"), (), OWN) == ("x", "y")
    assert rewritten(("x",), ("a", "b"), OWN) == ("x", "a", "b")


@given(names)
def test_writing_back_what_a_surface_showed_changes_nothing(scope: list[str]) -> None:
    assert rewritten(scope, spelled(scope, OWN), OWN) == tuple(scope)


@given(names, st.lists(st.sampled_from("abc"), max_size=5))
def test_a_surface_then_shows_exactly_what_it_wrote(scope: list[str], wanted: list[str]) -> None:
    assert spelled(rewritten(scope, wanted, OWN), OWN) == tuple(dict.fromkeys(wanted))
    assert [name for name in rewritten(scope, wanted, OWN) if name not in OWN] == [n for n in scope if n not in OWN]


def test_a_scope_string_is_split_at_blanks_each_name_once() -> None:
    assert split("openid email openid") == ("openid", "email")
    assert split("") == ()


def test_a_scope_token_has_no_blank_quote_backslash_or_control_character() -> None:
    assert all(is_token(name) for name in ("table|read", "read:user"))
    assert not any(is_token(name) for name in ("", "a b", 'a"', "a\\", "a\n", "é", "x" * 201))
