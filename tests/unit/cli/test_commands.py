import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from licet.cli import COMMANDS, Commands, main
from tests.unit.cli.reference import BEGIN, END, PAGE, leaves, reference

ALL = dict(leaves(main, ()))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_says_what_it_does_and_what_each_option_means(path):
    command = ALL[path]
    assert command.help
    silent = {option.name for option in command.params if isinstance(option, click.Option) and not option.help}
    assert silent <= {"email", "role", "logo", "name"}  # which say it themselves


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_says_what_the_command_says(name):
    context = click.Context(main)
    help_ = main.get_command(context, name).help
    assert help_.replace("; ", ". ").startswith(COMMANDS[name][1].rstrip("."))


def test_the_page_about_the_command_line_has_every_command_as_it_is():
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    assert rest.partition(END)[0] == reference(), "python -m tests.unit.cli.reference writes it"


def test_help_imports_nothing_of_an_instance():
    code = (
        "import sys\nfrom licet.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('licet.bootstrap', 'rich', 'asyncpg', 'uvicorn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_unknown_command_is_wrong_usage():
    result = CliRunner().invoke(main, ["frobnicate"])
    assert result.exit_code == 2
    assert "No such command" in result.stderr


def test_a_command_that_breaks_is_told_apart_from_one_that_was_refused():
    @click.group(cls=Commands)
    def broken():
        raise LookupError("a bug")

    result = CliRunner().invoke(broken, ["completion", "bash"])
    assert result.exit_code == 3
    assert "LookupError: a bug" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_learns_to_complete(shell):
    result = CliRunner().invoke(main, ["completion", shell], prog_name="licet")
    assert result.exit_code == 0
    assert "_LICET_COMPLETE" in result.stdout


def test_words_are_completed_down_to_the_values_of_an_option():
    def completed(words):
        environment = {"_LICET_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        return CliRunner().invoke(main, prog_name="licet", env=environment).stdout.split()

    assert completed("licet us") == ["plain,user"]
    assert completed("licet app up") == ["plain,update"]
    assert completed("licet app create --application-type ") == ["plain,web", "plain,native"]
