import json
from io import StringIO

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from licet.cli.output import Output, printable

APPLICATIONS = [
    {"client_id": "a1", "client_name": "Acme [red]Dashboard[/red]", "enabled": True, "updated_at": None},
    {"client_id": "b2", "client_name": "Other", "enabled": False, "updated_at": "2026-11-18T13:46:40.678Z"},
]
COLUMNS = ("client_id", "client_name", "enabled", "updated_at")


def piped(work, *, as_json=False):
    """What `work` says on a pipe: standard output, standard error."""

    @click.command()
    def command():
        work(Output(Console(file=StringIO()), as_json=as_json))

    result = CliRunner().invoke(command)
    assert result.exception is None
    return result.stdout, result.stderr


def on_a_terminal(work, *, width=80, colour=None):
    """What `work` says on a terminal of that width, and what it says beside it."""
    written = StringIO()
    console = Console(file=written, force_terminal=True, width=width, color_system=colour, legacy_windows=False)

    @click.command()
    def command():
        work(Output(console, as_json=False))

    result = CliRunner().invoke(command)
    assert result.exception is None
    return written.getvalue() + result.stdout, result.stderr


def listed(out):
    out.items({"items": APPLICATIONS, "next_cursor": None}, COLUMNS)


def test_on_a_pipe_a_list_has_one_line_an_item_with_tabs_and_whole_values():
    text = (
        "client_id\tclient_name\tenabled\tupdated_at\n"
        "a1\tAcme [red]Dashboard[/red]\tyes\t\n"
        "b2\tOther\tno\t2026-11-18T13:46:40.678Z\n"
    )
    assert piped(listed) == (text, "")


def test_on_a_terminal_a_list_is_a_table_and_no_text_is_markup():
    text, beside = on_a_terminal(listed)
    assert [line.split() for line in text.splitlines()] == [
        ["client_id", "client_name", "enabled", "updated_at"],
        ["a1", "Acme", "[red]Dashboard[/red]", "yes"],
        ["b2", "Other", "no", "2026-11-18", "13:46Z"],
    ]
    assert beside == ""


def test_a_column_without_room_is_left_out_and_named():
    text, beside = on_a_terminal(listed, width=45)
    assert max(map(len, text.splitlines())) <= 45
    assert "enabled" in text
    assert "updated_at" not in text
    assert beside.startswith("No room for updated_at:")


def test_the_first_column_is_shown_whole_however_narrow_the_terminal():
    text, _ = on_a_terminal(lambda out: out.items({"items": [{"id": "x" * 24, "name": "n"}]}, ("id", "name")), width=24)
    assert "x" * 24 in text


def test_a_long_value_is_folded_and_nothing_of_it_is_lost():
    name = "x" * 70
    text, _ = on_a_terminal(lambda out: out.items({"items": [{"id": "1", "name": name}]}, ("id", "name")), width=40)
    assert text.count("x") == 70


def test_what_follows_a_page_is_said_beside_it():
    _, beside = piped(lambda out: out.items({"items": APPLICATIONS, "next_cursor": "abc"}, COLUMNS))
    assert beside == "There are more: --all, or --cursor abc\n"


def test_json_is_the_document_itself():
    page = {"items": APPLICATIONS, "next_cursor": "abc", "total": 9}
    text, beside = piped(lambda out: out.items(page, COLUMNS), as_json=True)
    assert json.loads(text) == page
    assert beside == ""


def test_a_piece_of_a_long_list_is_one_json_value_a_line():
    text, _ = piped(lambda out: out.piece(APPLICATIONS, COLUMNS, first=True), as_json=True)
    assert [json.loads(line) for line in text.splitlines()] == APPLICATIONS


def test_the_head_of_a_long_list_is_said_once():
    def pieces(out):
        out.piece(APPLICATIONS[:1], COLUMNS, first=True)
        out.piece(APPLICATIONS[1:], COLUMNS, first=False)

    assert piped(pieces) == piped(listed)


SECRET = {"client_id": "a1", "redirect_uris": ["https://a.example/", "app:/b"], "client_secret": "licet_cs_" + "s" * 43}


def test_a_record_has_a_line_a_field_and_says_that_a_secret_is_shown_once():
    assert piped(lambda out: out.record(SECRET)) == (
        f"client_id\ta1\nredirect_uris\thttps://a.example/, app:/b\nclient_secret\tlicet_cs_{'s' * 43}\n",
        "The client_secret is shown only now.\n",
    )


def test_on_a_terminal_a_secret_stands_unbroken_on_its_own_line():
    text, _ = on_a_terminal(lambda out: out.record(SECRET), width=30)
    assert f"\nclient_secret:\nlicet_cs_{'s' * 43}\n" in text


def test_colour_is_for_terminals():
    def said(out):
        out.say("fail  clock", "red")

    assert "\x1b[31m" in on_a_terminal(said, colour="standard")[0]
    assert piped(said) == ("fail  clock\n", "")


def test_no_color_is_heeded(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in on_a_terminal(lambda out: out.say("fail", "red"), colour="standard")[0]


def test_what_is_only_for_people_is_not_said_in_json():
    assert piped(lambda out: out.say("It is deleted."), as_json=True) == ("", "")


@pytest.mark.attack("terminal escape sequences in a name")
@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\x9b31mb", r"a\x9b31mb"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("a\u202eb", "a[U+202E]b"),
        ("p\u0430ypal", "p[U+0430]ypal"),
        ("Größe 名前 \U0001f469\u200d\U0001f4bb", "Größe 名前 \U0001f469\u200d\U0001f4bb"),
    ],
)
def test_no_text_commands_the_terminal_or_poses_as_another(hostile, shown):
    assert printable(hostile) == shown
    text, _ = on_a_terminal(lambda out: out.items({"items": [{"name": hostile}]}, ("name",)))
    assert not set(text) & {"\x1b", "\x9b", "\r", "\u202e"}
