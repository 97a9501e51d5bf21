"""The kinds of value a field can have."""

import pytest

from licet.domain.kinds import (
    UNDEFINED,
    Choice,
    Document,
    Flag,
    Nullable,
    Number,
    RedirectUri,
    Text,
    Texts,
    Time,
    Uri,
    instant,
    json_type,
)
from licet.errors import Fault


def faults(kind, value):
    return [(fault.code, fault.expected) for fault in kind.check(value, ("field",))]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("", "string"),
        (1, "number"),
        (1.5, "number"),
        (True, "boolean"),
        ([], "array"),
        ((), "array"),
        ({}, "object"),
        (None, "null"),
        (UNDEFINED, "undefined"),
    ],
)
def test_a_value_has_a_json_type(value, name):
    assert json_type(value) == name


@pytest.mark.parametrize(
    ("kind", "expected", "wrong"),
    [
        (Text(), "string", [1, True, [], {}]),
        (Flag(), "boolean", ["true", 1, 0, []]),
        (Number(0, 9), "integer", ["1", True, False, 1.0]),
        (Choice(("a", "b")), "string", [1, ["a"]]),
        (Texts(Text()), "array", ["a", {}, 1]),
        (Uri(), "string", [1, []]),
        (RedirectUri(), "string", [1, {}]),
        (Document(10), "object", ["{}", [], 1]),
        (Time(), "string", [1700000000000, True]),
    ],
)
def test_each_kind_tells_absent_null_and_another_type_apart(kind, expected, wrong):
    assert faults(kind, UNDEFINED) == [("absent", expected)]
    assert faults(kind, None) == [("null", expected)]
    for value in wrong:
        assert list(kind.check(value, ("field",))) == [Fault(("field",), "type", expected, value)]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Text(), "", []),
        (Text(1, 3), "日本語", []),
        (Text(1, 3), "", [("too_short", "1")]),
        (Text(1, 3), "abcd", [("too_long", "3")]),
        (Text(1, 1), "👩", []),
        (Text(1, trim=True), " \t", [("too_short", "1")]),
        (Text(1, 1, trim=True), " a\n", []),
        (Text(), " \n", [("control_character", "no control characters")]),
        (Text(multiline=True), "a\nb", []),
        (Text(0, 1), "a\0b", [("control_character", "no control characters"), ("too_long", "1")]),
        (Text(), "\ud800", [("control_character", "no control characters")]),
        (Flag(), False, []),
        (Number(1, 9), 1, []),
        (Number(1, 9), 9, []),
        (Number(1, 9), 0, [("out_of_range", "1..9")]),
        (Number(1, 9), 10**30, [("out_of_range", "1..9")]),
        (Choice(("a|1", "b")), "a|1", []),
        (Choice(("a|1", "b")), "a", [("bad_choice", '"a|1"|"b"')]),
        (Texts(Text(), 1), [], [("too_few", "1")]),
        (Texts(Text(), 0, 2), ["a", "b", "\0"], [("too_many", "2")]),
        (Texts(Text()), ["a", "a"], []),
        (Texts(Text()), ("a", "b"), []),
        (Uri(), "mailto:a@acme.example", []),
        (Uri(), "acme.example", [("bad_uri", "URL")]),
        (Uri(), " https://acme.example", []),
        (Uri(), "\nhttps://acme.example", [("bad_uri", "URL")]),
        (Uri(trim=True), "\nhttps://acme.example\n", []),
        (Uri(("https",)), "http://acme.example", [("bad_uri", "https")]),
        (Uri(("http", "https")), "javascript:alert(1)", [("bad_uri", "http or https")]),
        (Uri(maximum=20), "https://acme.example/", [("too_long", "20")]),
        (RedirectUri(), "https://acme.example/cb", []),
        (RedirectUri(), "https://acme.example/cb#", [("bad_redirect_uri", "must not have a fragment")]),
        (RedirectUri(allow_insecure=True), "http://acme.example/cb", []),
        (
            RedirectUri(),
            "http://acme.example/cb",
            [("bad_redirect_uri", "must be https, except on 127.0.0.1, [::1] and localhost")],
        ),
        (RedirectUri(trim=True), " https://acme.example/cb ", []),
        (Document(8), {"a": 10}, []),
        (Document(7), {"a": 10}, [("too_long", "7 bytes")]),
        (Document(99), {"a": 2**64}, [("bad_value", "numbers of 64 bits")]),
        (Nullable(Text(1)), None, []),
        (Nullable(Text(1)), "", [("too_short", "1")]),
        (Nullable(Text(1)), UNDEFINED, [("absent", "string")]),
        (Time(), "2026-11-02T03:04:05.678Z", []),
        (Time(), "2026-11-02", [("bad_value", "date-time")]),
        (Time(), "soon", [("bad_value", "date-time")]),
        (Time(date=True), "2026-11-02", []),
    ],
)
def test_a_kind_finds_what_is_wrong_with_a_value(kind, value, expected):
    assert faults(kind, value) == expected


def test_the_fault_of_an_item_points_at_the_item():
    kind = Texts(Choice(("a", "b")), unique=True)
    assert list(kind.check(["a", "c", None, "a"], ("scopes",))) == [
        Fault(("scopes", 1), "bad_choice", '"a"|"b"', "c"),
        Fault(("scopes", 2), "null", "string", None),
        Fault(("scopes", 3), "duplicate", "each item once", "a"),
    ]


@pytest.mark.attack(57)
def test_ten_thousand_bad_redirect_uris_give_a_bounded_number_of_faults():
    assert len(list(Texts(RedirectUri()).check(["javascript:"] * 10_000))) == 100
    assert faults(Texts(RedirectUri(), 0, 100), ["javascript:"] * 10_000) == [("too_many", "100")]


@pytest.mark.attack(91)
def test_thousands_of_scopes_give_a_bounded_number_of_faults():
    assert len(list(Texts(Choice(("read",)), unique=True).check(["write"] * 5_000))) == 100


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("1970-01-01", 0),
        ("1970-01-01T00:00:00Z", 0),
        ("2026-11-02T03:04:05.678Z", 1793588645678),
        ("2026-11-02T04:04:05.6789999+01:00", 1793588645678),
        ("1969-12-31T23:59:59.999Z", -1),
        ("0001-01-01T00:00:00+14:00", -62135647200000),
        ("9999-12-31T23:59:59-12:00", 253402343999000),
    ],
)
def test_an_instant_is_in_milliseconds_since_the_epoch(written, milliseconds):
    assert instant(written) == milliseconds


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2026",
        "20261102",
        "2026-W45-1",
        "2026-02-30",
        "0000-01-01",
        "2026-11-02T03:04:05",
        "2026-11-02 03:04:05Z",
        "2026-11-02T24:00:00Z",
        "2026-11-02T03:04:60Z",
        "2026-11-02T03:04:05+25:00",
        "2026-11-02T03:04:05Z\n",
        "٢٠٢٦-١١-٠٢",
    ],
)
def test_what_is_no_rfc_3339_time_is_no_instant(written):
    assert instant(written) is None


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (
            Text(1, 100, trim=True),
            {
                "type": "string",
                "minLength": 1,
                "maxLength": 100,
                "allOf": [{"pattern": r"\S"}],
                "pattern": r"^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$",
            },
        ),
        (
            Text(multiline=True),
            {
                "type": "string",
                "pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
                r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$",
            },
        ),
        (Flag(), {"type": "boolean"}),
        (Number(1, 9), {"type": "integer", "minimum": 1, "maximum": 9}),
        (Choice(("a", "b")), {"type": "string", "enum": ["a", "b"]}),
        (Texts(Flag()), {"type": "array", "items": {"type": "boolean"}}),
        (
            Texts(Flag(), 1, 2, unique=True),
            {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 2, "uniqueItems": True},
        ),
        (Uri(), {"type": "string", "format": "uri"}),
        (Uri(("https",), 9), {"type": "string", "format": "uri", "maxLength": 9, "pattern": "^(?:https):"}),
        (RedirectUri(), {"type": "string", "format": "uri", "maxLength": 2048}),
        (Document(10), {"type": "object"}),
        (Nullable(Flag()), {"anyOf": [{"type": "boolean"}, {"type": "null"}]}),
        (Time(), {"type": "string", "format": "date-time"}),
        (Time(date=True), {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}),
    ],
)
def test_each_kind_is_a_json_schema(kind, schema):
    assert kind.schema() == schema


def test_a_fault_knows_its_json_pointer():
    assert Fault(("a/b", 0, "c~d"), "type").pointer == "/a~1b/0/c~0d"
