"""What arrives as bytes is read in one way or refused."""

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from licet import errors
from licet.web.parsing import parse_json, parse_pairs, parse_path, parse_single


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"name": "Caf\xc3\xa9", "n": [1, -2.5, true, null]}', {"name": "Café", "n": [1, -2.5, True, None]}),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (rb'"\\u0000 is four letters and a backslash"', r"\u0000 is four letters and a backslash"),
        (b"999999999999999999", 999999999999999999),
        (b" [] ", []),
    ],
)
def test_json_that_every_parser_reads_alike_is_read(raw, value):
    assert parse_json(raw) == value


@pytest.mark.attack(57)
@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "The body is not valid JSON."),
        (b"{", "The body is not valid JSON."),
        (b"{} {}", "The body is not valid JSON."),
        (b"{'a': 1}", "The body is not valid JSON."),
        (b'"line\nbreak"', "The body is not valid JSON."),
        (b"\xef\xbb\xbf{}", "The body is not valid JSON."),
        (b"[" * 60000, "The body is not valid JSON."),
        (b"[" * 30000 + b"]" * 30000, "The body is not valid JSON."),
        (b'{"a": "\xff"}', "The body is not UTF-8."),
        (b'{"a": "\xed\xa0\x80"}', "The body is not UTF-8."),
        ('{"a": 1}'.encode("utf-16"), "The body is not UTF-8."),
        (b'{"a": 1, "a": 2}', "An object names a key more than once."),
        (b'[{"a": 1, "\\u0061": 2}]', "An object names a key more than once."),
        (b"NaN", "NaN is not JSON."),
        (b"[-Infinity]", "-Infinity is not JSON."),
        (b"1e999", "A number is too large."),
        (b"1000000000000000000000", "A number is too large."),
        (b"9" * 5000, "A number is too large."),
        (b'"\\ud800"', "The body holds half of a surrogate pair."),
        (b'{"\\uDFFF": 1}', "The body holds half of a surrogate pair."),
        (b'"a\\u0000b"', "The body holds a NUL character."),
        (b'"\\\\\\u0000"', "The body holds a NUL character."),
        (b"[" * 33 + b"]" * 33, "The body is nested deeper than 32 levels."),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "The body is nested deeper than 32 levels."),
    ],
)
def test_json_that_two_parsers_could_read_in_two_ways_is_refused_with_the_reason(raw, reason):
    with pytest.raises(errors.MalformedBody) as refusal:
        parse_json(raw)
    assert refusal.value.reason == reason


def test_a_document_may_be_32_levels_deep():
    value = parse_json(b"[" * 32 + b"]" * 32)
    for _ in range(31):
        assert isinstance(value, list)
        (value,) = value
    assert value == []


def test_a_wide_document_is_not_a_deep_one():
    assert parse_json(b"[" + b"[]," * 999 + b"[]]") == [[] for _ in range(1000)]


def test_pairs_keep_their_order_and_repetitions():
    assert parse_pairs(b"b=2&a=1&b=&&c&d=%C3%A9+%2B%26") == [
        ("b", "2"),
        ("a", "1"),
        ("b", ""),
        ("c", ""),
        ("d", "é +&"),
    ]


@pytest.mark.parametrize("raw", [b"a=%", b"a=%4", b"a=%zz", b"a=%ff", b"%c3=1", b"a=\xff", b"a=%00", b"a=1&" * 257])
def test_pairs_that_cannot_be_read_are_refused(raw):
    with pytest.raises(errors.MalformedRequest):
        parse_pairs(raw)


def test_there_may_be_256_pairs():
    assert len(parse_pairs(b"a=1&" * 256)) == 256


@pytest.mark.rfc(6749, "3.1")
@pytest.mark.attack(13)
@pytest.mark.parametrize("raw", [b"client_id=a&client_id=b", b"a=1&%61=1"])
def test_a_parameter_given_twice_is_refused_as_the_reader_was_told(raw):
    with pytest.raises(errors.MalformedBody, match="more than once"):
        parse_single(raw, errors.MalformedBody)


def test_a_path_is_cut_first_and_decoded_once_after():
    assert parse_path("/api/a%2Fb/%2541/caf%C3%A9/") == ["api", "a/b", "%41", "café", ""]


@pytest.mark.attack(109)
@pytest.mark.parametrize("raw", ["/%", "/%4", "/a%zz", "/%ff", "/%c3%28", "/a%00", "/%0d%0a", "/%7f", "/é"])
def test_a_path_that_cannot_be_decoded_is_refused(raw):
    with pytest.raises(errors.MalformedRequest):
        parse_path(raw)


@given(raw=st.binary(max_size=200) | st.text(alphabet='[]{}":,\\u0d8e19-+.%&= ', max_size=60).map(str.encode))
def test_no_bytes_at_all_fail_in_another_way_than_by_refusal(raw):
    for read in (parse_json, parse_pairs, lambda raw: parse_path("/" + raw.decode("latin-1"))):
        with suppress(errors.MalformedRequest):
            read(raw)
