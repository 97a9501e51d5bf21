"""Ids, their spellings, random text."""

import pytest
from hypothesis import given, settings, strategies as st

from licet.domain.ids import SUBJECT, Spelling, from_uuid, is_id, new_id, random_text, to_uuid

BASE_36 = Spelling("c", "0123456789abcdefghijklmnopqrstuvwxyz", 24)
BASE_62 = Spelling("usr", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 17)
HEX = Spelling("", "0123456789abcdef", 24)
PREFIXED_HEX = Spelling("usr_", "0123456789abcdef", 24)
SPELLINGS = [BASE_36, BASE_62, HEX, PREFIXED_HEX, SUBJECT]

LOWEST, HIGHEST = "0" * 24, "f" * 24


def test_a_new_id_is_its_96_random_bits_in_hex():
    asked = []
    made = new_id(lambda count: asked.append(count) or bytes(range(0xF0, 0xF0 + count)))
    assert (made, asked) == ("f0f1f2f3f4f5f6f7f8f9fafb", [12])
    assert is_id(made)


@pytest.mark.parametrize("text", ["", "0" * 23, "0" * 25, "F" * 24, "g" * 24, "0" * 24 + "\n", "٠" * 24])
def test_nothing_else_is_an_id(text):
    assert not is_id(text)


@pytest.mark.parametrize(
    ("spelling", "lowest", "one_more", "highest"),
    [
        (HEX, "0" * 24, "000000000000000000000001", "f" * 24),
        (PREFIXED_HEX, "usr_" + "0" * 24, "usr_000000000000000000000001", "usr_" + "f" * 24),
        (BASE_36, "c" + "0" * 24, "c000000000000000000000001", "c000007oiylpimjg5u2ca1ypr"),
        (BASE_62, "usr" + "0" * 17, "usr00000000000000001", "usr1f2SI9UJPXvb7vdJ1"),
        (SUBJECT, "2" * 17, "22222222222222223", "DJXMK8HxnqDB4kGba"),
    ],
)
def test_the_bounds_of_each_spelling_are_those_of_96_bits(spelling, lowest, one_more, highest):
    assert spelling.spell(LOWEST) == lowest
    assert spelling.spell("0" * 23 + "1") == one_more
    assert spelling.spell(HIGHEST) == highest


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=12, max_size=12).map(bytes.hex), st.sampled_from(SPELLINGS))
def test_every_id_reads_back_from_every_spelling(internal, spelling):
    spelt = spelling.spell(internal)
    assert len(spelt) == len(spelling.prefix) + spelling.length
    assert spelling.read(spelt) == internal
    assert from_uuid(to_uuid(internal)) == internal


@pytest.mark.parametrize(
    ("spelling", "text"),
    [
        (BASE_36, "c" + "z" * 24),
        (BASE_36, "c" + "0" * 23),
        (BASE_36, "c" + "0" * 25),
        (BASE_36, "d" + "0" * 24),
        (BASE_36, "0" * 25),
        (BASE_36, "C" + "0" * 24),
        (BASE_36, "c" + "0" * 23 + "A"),
        (BASE_36, "c" + "0" * 23 + "\n"),
        (BASE_36, ""),
        (BASE_62, "usr" + "z" * 17),
        (BASE_62, "usr_" + "0" * 16),
        (PREFIXED_HEX, "usr_" + "F" * 24),
        (PREFIXED_HEX, "0" * 24),
        (HEX, "f" * 25),
        (SUBJECT, "z" * 17),
        (SUBJECT, "1" * 17),
        (SUBJECT, "٢" * 17),
    ],
)
def test_a_text_that_spells_no_id_reads_as_none(spelling, text):
    assert spelling.read(text) is None


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SPELLINGS), st.lists(st.sampled_from(["c", "usr", "_", "0", "2" * 16, "zz", "é"]), max_size=6))
def test_whatever_reads_as_an_id_is_the_only_spelling_of_it(spelling, pieces):
    text = "".join(pieces)
    internal = spelling.read(text)
    assert internal is None or (is_id(internal) and spelling.spell(internal) == text)


def test_a_spelling_that_cannot_hold_an_id_is_not_made():
    with pytest.raises(ValueError, match="do not hold 96 bits"):
        Spelling("", "0123456789", 24)
    with pytest.raises(ValueError, match="do not hold 96 bits"):
        Spelling("", "00123456789abcdef", 24)


def test_the_uuid_of_an_id_is_of_version_8_and_the_standard_variant():
    assert to_uuid("0123456789abcdef01234567") == "01234567-89ab-8cde-8000-000f01234567"
    assert from_uuid("01234567-89ab-8cde-8000-000f01234567") == "0123456789abcdef01234567"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "01234567-89ab-4cde-8000-000f01234567",
        "01234567-89ab-8cde-9000-000f01234567",
        "01234567-89ab-8cde-8000-001f01234567",
        "01234567-89AB-8cde-8000-000f01234567",
        "0123456789ab8cde8000000f01234567",
        "{01234567-89ab-8cde-8000-000f01234567}",
    ],
)
def test_any_other_uuid_holds_no_id(text):
    assert from_uuid(text) is None


def test_random_text_skips_the_bytes_that_would_favour_some_characters():
    drawn = iter([bytes([255, 0, 254, 9]), bytes([251]), bytes([250]), bytes([249])])
    # 250 = 25 * 10: bytes from 250 up are drawn again
    made = random_text("0123456789", 3, lambda count: next(drawn)[: count + 1])
    assert made == "099"


@settings(max_examples=30, deadline=None)
@given(
    st.randoms(use_true_random=False), st.integers(0, 50), st.sampled_from(["a", "ab", "0123456789", SUBJECT.alphabet])
)
def test_random_text_has_the_length_and_alphabet_asked_for(random, length, alphabet):
    made = random_text(alphabet, length, random.randbytes)
    assert len(made) == length
    assert set(made) <= set(alphabet)


def test_each_character_stands_for_the_same_number_of_bytes():
    alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
    drawn = iter([bytes(range(256))])
    made = random_text(alphabet, 252, lambda _: next(drawn))
    assert {made.count(character) for character in alphabet} == {7}
