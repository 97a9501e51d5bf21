"""Digests and hints."""

from licet.domain import secret


def test_a_digest_is_sha_256():
    known = bytes.fromhex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    assert secret.digest("abc") == known
    assert secret.matches(known, "abc")
    assert not secret.matches(known, "abd")
    assert not secret.matches(known, "")
    assert not secret.matches(known[:-1], "abc")


def test_text_that_no_token_has_is_refused_and_not_a_crash():
    assert not secret.matches(secret.digest("abc"), "\ud800é\0")


def test_the_hint_is_the_last_four_characters():
    assert secret.hint("cs_0123456789abcdefgWXYZ") == "WXYZ"


def test_a_short_imported_secret_has_no_hint_that_gives_it_away():
    assert secret.hint("short-secret") == ""
