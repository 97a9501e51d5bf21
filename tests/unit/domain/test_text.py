"""Texts, names and URLs from outside."""

import re

import pytest
from hypothesis import given, settings, strategies as st

from licet.domain import text


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("nul\0", "U+0000"),
        ("bell\a", "U+0007"),
        ("tab\t", "U+0009"),
        ("line\n", "U+000A"),
        ("del\x7f", "U+007F"),
        ("next line\x85", "U+0085"),
        ("\u061cmark", "U+061C"),
        ("\u200emark", "U+200E"),
        ("\u200fmark", "U+200F"),
        ("\u202amark", "U+202A"),
        ("gpj.\u202eexe", "U+202E"),
        ("\u2066mark", "U+2066"),
        ("\u2069mark", "U+2069"),
        ("lone \ud800", "U+D800"),
        ("lone \udfff", "U+DFFF"),
    ],
)
@pytest.mark.attack(59)
def test_control_and_direction_characters_and_lone_surrogates_are_faults(value, found):
    assert text.text_fault(value) == found


@pytest.mark.parametrize(
    "value", ["", "Acme Sync", "Müller & Söhne", "日本語", "علي", "👩\u200d💻 tools", "zero\u200bwidth"]
)
def test_any_other_text_is_clean(value):
    assert text.text_fault(value) is None


def test_a_text_of_several_lines_may_have_line_breaks_and_tabs_and_nothing_else():
    assert text.text_fault("one\r\n\ttwo", multiline=True) is None
    assert text.text_fault("one\v", multiline=True) == "U+000B"
    assert text.text_fault("one\u202e", multiline=True) == "U+202E"
    assert text.text_fault("one\0", multiline=True) == "U+0000"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from("a é\0\t\n\r\v\x1f\x7f\x9f\u061c\u200b\u200e\u202e\u2066\u2070"), max_size=4))
def test_the_published_pattern_and_the_rule_agree(characters):
    value = "".join(characters) + "."
    assert (re.search(text.ONE_LINE, value) is None) == (text.text_fault(value) is not None)
    assert (re.search(text.MULTILINE, value) is None) == (text.text_fault(value, multiline=True) is not None)


def test_blanks_around_a_text_are_those_of_ecmascript():
    assert text.trimmed("\ufeff\u00a0 \t\r\n a b \u2028\u3000") == "a b"
    assert text.trimmed("\x1ca\x85") == "\x1ca\x85"


@pytest.mark.attack(59)
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Pay\u200bPal", "Pay[U+200B]Pal"),
        ("Pay\u2060Pal", "Pay[U+2060]Pal"),
        ("Pay\u00adPal\ufeff", "Pay[U+00AD]Pal[U+FEFF]"),
        ("Acme\u3164", "Acme[U+3164]"),
        ("Acme\u2028", "Acme[U+2028]"),
        ("P\u0430yPal", "P[U+0430]yPal"),
        ("G\u03bfogle login", "G[U+03BF]ogle login"),
        ("\uff27oogle", "[U+FF27]oogle"),
        ("\U0001d406oogle", "[U+1D406]oogle"),
        ("G\u200d\ufe0foogle", "G[U+200D]\ufe0foogle"),
        ("U\U000e0100", "U[U+E0100]"),
        ("\u2800", "[U+2800]"),
        ("Z\u0351\u0352\u0357\u0358\u035b\u0346", "Z\u0351\u0352\u0357\u0358[U+035B][U+0346]"),
    ],
)
def test_a_character_that_hides_or_poses_is_shown_by_its_number(name, shown):
    assert text.guard(name) == shown


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Acme Sync",
        "Café Zoë",
        "Яндекс Cloud",
        "日本語ツール App",
        "Αθήνα",
        "👩\u200d💻 tools",
        "❤\ufe0f",
        "नमस्\u200dते",
        "[U+0041]",
        "שָׁ֑בָּת",
        "Việt",
    ],
)
def test_an_honest_name_is_shown_as_it_is(name):
    assert text.guard(name) == name


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Acme Sync", ("acme", "sync")),
        ("  acme-ACME, Ａcme!  ", ("acme",)),
        ("Straße ﬁle", ("strasse", "file")),
        ("v2.0_beta", ("v2", "0_beta")),
        ("日本語 ツール", ("日本語", "ツール")),
        ("?!", ()),
    ],
)
def test_a_name_is_found_by_its_folded_words(name, found):
    assert text.words(name) == found


def test_words_are_bounded_in_number_and_length():
    assert text.words(" ".join(f"w{number}" for number in range(100))) == tuple(f"w{number}" for number in range(16))
    assert text.words("x" * 41) == ("x" * 40,)


@pytest.mark.parametrize(
    ("value", "scheme", "web"),
    [
        ("https://acme.example", "https", True),
        ("HTTPS://acme.example/a?b#c", "https", True),
        ("http://localhost:3000", "http", True),
        ("mailto:a@acme.example", "mailto", False),
        ("javascript:alert(1)", "javascript", False),
        ("acme.example", None, False),
        ("/logo.png", None, False),
        ("https://", None, False),
        ("https://acme.example:99999", None, False),
        ("https://acme.example/\n", None, False),
        ("java\tscript:alert(1)", None, False),
        ("https://acme.example/\ud800", None, False),
        ("", None, False),
    ],
)
@pytest.mark.attack(58)
def test_a_url_is_what_browsers_read_as_one(value, scheme, web):
    assert text.url_scheme(value) == scheme
    assert text.is_web_url(value) is web
