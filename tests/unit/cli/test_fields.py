import json

import click
import pytest
from click.testing import CliRunner

from licet.cli.fields import Options
from licet.dialects.native.fields import APPLICATION, APPLICATIONS, NEW_APPLICATION, NEW_SECRET
from licet.dialects.native.tokens import NEW_TOKEN
from licet.domain.application import SETTINGS

NOW = 1_795_000_000_000  # 2026-11-18T11:06:40Z


def said(fields, *arguments, without=(), given=None):
    """What a command with the options of these fields would send, or how click refuses the arguments."""
    options = Options(fields, without=without, clock=lambda: NOW)

    @click.command()
    @options
    def command(**values):
        click.echo(json.dumps(options.said(values)))

    result = CliRunner().invoke(command, arguments, input=given)
    return json.loads(result.stdout) if result.exit_code == 0 else (result.exit_code, result.stderr)


def test_every_setting_of_an_application_has_an_option():
    assert set(Options(APPLICATION.fields).names) == set(SETTINGS)


def test_what_is_not_given_is_not_said():
    assert said(APPLICATION.fields) == {}


def test_a_list_is_given_item_by_item_in_the_singular():
    assert said(APPLICATION.fields, "--redirect-uri", "https://a.example/", "--redirect-uri", "app:/b") == {
        "redirect_uris": ["https://a.example/", "app:/b"]
    }


def test_scopes_are_one_string_however_they_are_given():
    assert said(APPLICATION.fields, "--scope", "openid profile", "--scope", "email") == {
        "scope": "openid profile email"
    }


@pytest.mark.parametrize(("flag", "value"), [("--enabled", True), ("--no-enabled", False)])
def test_a_flag_says_yes_or_no(flag, value):
    assert said(APPLICATION.fields, flag) == {"enabled": value}


def test_an_empty_text_is_said():
    assert said(APPLICATION.fields, "--description", "") == {"description": ""}


def test_an_unknown_choice_is_wrong_usage():
    code, error = said(APPLICATION.fields, "--application-type", "mobile")
    assert code == 2
    assert "'web', 'native'" in error


def test_an_organization_is_given_by_a_shorter_name():
    assert said(APPLICATION.fields, "--organization", "acme") == {"organization_id": "acme"}


def test_what_a_new_thing_needs_is_asked_for():
    code, error = said(NEW_APPLICATION.fields)
    assert code == 2
    assert "Missing option '--client-name'" in error


def test_filters_of_a_list_are_options_too():
    asked = said(APPLICATIONS.fields, "--q", "dash", "--no-enabled", "--limit", "3", "--unused-since", "2026-01-01")
    assert asked == {"q": "dash", "enabled": False, "limit": 3, "unused_since": "2026-01-01"}


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("90d", "2027-02-16T11:06:40.000Z"),
        ("36h", "2026-11-19T23:06:40.000Z"),
        ("2w", "2026-12-02T11:06:40.000Z"),
        ("never", None),
        ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("tomorrow", "tomorrow"),
    ],
)
def test_a_time_to_come_may_be_typed_as_people_say_it(typed, sent):
    assert said(NEW_SECRET.fields, "--expires-at", typed) == {"expires_at": sent}


def test_a_token_takes_only_management_scopes():
    assert said(NEW_TOKEN.fields, "--name", "ci", "--scope", "applications:register") == {
        "name": "ci",
        "scopes": ["applications:register"],
    }
    code, error = said(NEW_TOKEN.fields, "--name", "ci", "--scope", "everything")
    assert code == 2
    assert "applications:register" in error


def test_a_document_is_read_from_a_file_or_from_standard_input(tmp_path):
    keys = {"keys": [{"kty": "EC"}]}
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(keys))
    assert said(APPLICATION.fields, "--jwks", str(file)) == {"jwks": keys}
    assert said(APPLICATION.fields, "--jwks", "-", given=json.dumps(keys)) == {"jwks": keys}


def test_a_document_that_is_no_json_is_wrong_usage(tmp_path):
    file = tmp_path / "keys.json"
    file.write_text("{")
    assert said(APPLICATION.fields, "--jwks", str(file))[0] == 2
    assert said(APPLICATION.fields, "--jwks", str(tmp_path / "none.json"))[0] == 2


def test_a_field_can_be_left_out():
    code, error = said(NEW_SECRET.fields, "--label", "x", without=("label",))
    assert code == 2
    assert "No such option" in error
