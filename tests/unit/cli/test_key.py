"""`licet key`, on an instance of its own."""

import json

import pytest
from click.testing import CliRunner

from licet.cli import main

ALGORITHMS = ["ES256", "EdDSA", "PS256", "RS256"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = ["--data", str(tmp_path / "data")]
    assert CliRunner().invoke(main, ["init", *said]).exit_code == 0
    return said


def keys(place, *command):
    result = CliRunner().invoke(main, ["key", *command, *place, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["items"]


def test_a_new_instance_has_a_key_of_each_algorithm(place):
    found = keys(place, "list")
    assert sorted(key["algorithm"] for key in found) == ALGORITHMS
    assert {key["state"] for key in found} == {"active"}
    assert set(found[0]) == {"kid", "algorithm", "state", "since", "created_at"}


def test_rotating_one_algorithm_shows_the_key_that_now_signs(place):
    before = {key["kid"] for key in keys(place, "list")}
    (turned,) = keys(place, "rotate", "ES256")
    assert (turned["algorithm"], turned["state"], turned["kid"] in before) == ("ES256", "active", False)
    states = [(key["algorithm"], key["state"]) for key in keys(place, "list")]
    assert sorted(states) == sorted([*((name, "active") for name in ALGORITHMS), ("ES256", "retiring")])


def test_rotating_all_leaves_one_key_of_each_signing(place):
    assert sorted(key["algorithm"] for key in keys(place, "rotate")) == ALGORITHMS
    assert sorted(key["state"] for key in keys(place, "list")) == ["active"] * 4 + ["retiring"] * 4


def test_no_value_of_a_key_is_shown(place):
    shown = CliRunner().invoke(main, ["key", "list", *place]).output
    assert shown.splitlines()[0].split("\t") == ["kid", "algorithm", "state", "since", "created_at"]


def test_an_unknown_algorithm_is_wrong_usage(place):
    assert CliRunner().invoke(main, ["key", "rotate", "HS256", *place]).exit_code == 2


def test_a_command_that_looks_after_an_instance_makes_none(tmp_path):
    result = CliRunner().invoke(main, ["key", "list", "--data", str(tmp_path / "nowhere")])
    assert (result.exit_code, "there is no instance here" in result.output) == (3, True)
    assert not (tmp_path / "nowhere").exists()
