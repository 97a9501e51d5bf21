from dataclasses import replace
from pathlib import Path

import pytest

from licet.bootstrap import options
from licet.cli.finding import Finding
from licet.cli.risks import of_names, of_settings
from licet.cli.vitals import of_files
from licet.settings import load, rows, strangers

NOWHERE = Path("/dev/null")


def found(**given):
    return [(finding.level, finding.check) for finding in of_settings(load({}, file=NOWHERE, given=given))]


def test_the_settings_of_a_new_instance_are_fine():
    assert found() == [("ok", "settings")]
    assert found(issuer="https://id.example", host="0.0.0.0", trusted_proxies=("10.0.0.0/8",)) == [("ok", "settings")]  # noqa: S104 - behind a proxy


@pytest.mark.parametrize(
    ("given", "risk"),
    [
        ({"demo": True, "issuer": "https://demo.example"}, ("fail", "demo")),
        ({"issuer": "http://id.example"}, ("fail", "issuer")),
        ({"host": "0.0.0.0"}, ("fail", "issuer")),  # noqa: S104 - what is warned of
        ({"trusted_proxies": ("0.0.0.0/0",)}, ("fail", "trusted_proxies")),
        ({"trusted_proxies": ("10.0.0.1", "::/0")}, ("fail", "trusted_proxies")),
        ({"issuer": "https://id.example", "fetch_allow": ("127.0.0.1:9000",)}, ("fail", "fetch_allow")),
        ({"database": "postgresql://a:b@db.example/licet"}, ("warn", "database")),
        ({"limits": False}, ("warn", "limits")),
        ({"allow_insecure_redirects": True}, ("warn", "allow_insecure_redirects")),
        ({"registration": "open"}, ("warn", "registration")),
        ({"sign_up": "open"}, ("warn", "sign_up")),
    ],
)
def test_what_should_not_be_set_is_found(given, risk):
    assert found(**given) == [risk]


def test_a_demo_on_loopback_is_no_risk():
    assert found(demo=True) == [("ok", "settings")]
    assert found(fetch_allow=("127.0.0.1:9000",)) == [("ok", "settings")]


@pytest.mark.parametrize("database", ["postgresql://127.0.0.1/licet", "postgresql:///licet?host=/run/postgresql"])
def test_a_database_on_this_machine_needs_no_tls(database):
    assert found(database=database) == [("ok", "settings")]


def test_a_database_whose_tls_never_falls_back_is_fine():
    assert found(database="postgresql://db.example/licet?sslmode=verify-full") == [("ok", "settings")]


def test_a_name_that_no_setting_has_is_found_with_the_one_that_was_meant():
    known = (*rows(), *options())
    environment = {"LICET_PROT": "1", "LICET_PORT": "2", "LICET_ZZZZZZZZ": "3", "HOME": "/"}
    assert list(of_names(strangers(known, environment), known)) == [
        Finding("warn", "environment", "LICET_PROT is no setting and does nothing", "did you mean LICET_PORT?"),
        Finding("warn", "environment", "LICET_ZZZZZZZZ is no setting and does nothing", "unset it"),
    ]


@pytest.fixture
def place(tmp_path):
    """A folder like an instance's, and its settings."""
    tmp_path.chmod(0o700)
    for name, content in (("instance.key", bytes(32)), ("licet.db", b"")):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o600)
    return tmp_path, load({}, file=NOWHERE, given={"data": str(tmp_path)})


def files(settings, config=None):
    return [(finding.level, finding.says, finding.advice) for finding in of_files(settings, config)]


def test_files_that_only_their_user_reads_are_fine(place):
    folder, settings = place
    assert files(settings) == [("ok", f"{folder / 'instance.key'} and its like are this user's alone", "")]


@pytest.mark.parametrize("name", ["instance.key", "licet.db"])
@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_that_others_read_is_found_with_the_command_that_helps(place, name, mode):
    folder, settings = place
    (folder / name).chmod(mode)
    path = folder / name
    assert files(settings) == [("fail", f"{path} may be read by others", f"chmod 600 {path}")]


def test_a_folder_in_which_others_write_is_found(place):
    folder, settings = place
    folder.chmod(0o770)
    assert files(settings) == [("fail", f"{folder} may be changed by others", f"chmod 700 {folder}")]


@pytest.mark.parametrize("name", ["instance.key", "licet.db"])
def test_a_file_that_is_missing_is_named(place, name):
    folder, settings = place
    (folder / name).unlink()
    assert files(settings)[0][:2] == ("fail", f"{folder / name} is missing")


def test_a_key_that_was_cut_short_is_found(place):
    folder, settings = place
    (folder / "instance.key").write_bytes(bytes(31))
    assert files(settings) == [
        ("fail", f"{folder / 'instance.key'} has 31 bytes in place of 32", "restore it from a backup")
    ]


def test_a_key_that_cannot_be_read_is_found(place):
    folder, settings = place
    (folder / "instance.key").unlink()
    (folder / "instance.key").mkdir(mode=0o700)
    says = f"{folder / 'instance.key'} cannot be read: Is a directory"
    assert files(settings) == [("fail", says, "run as the instance's own user")]


@pytest.mark.parametrize(("content", "why"), [(None, "No such file"), (b"no certificate", "_ssl.c")])
def test_authorities_that_cannot_be_read_are_found_before_a_start_fails(place, content, why):
    folder, settings = place
    file = folder / "authorities.pem"
    if content is not None:
        file.write_bytes(content)
    (finding,) = files(replace(settings, fetch_ca_file=str(file)))
    assert (finding[0], finding[1].startswith(f"fetch_ca_file: {file}: "), why in finding[1]) == ("fail", True, True)


def test_settings_with_a_password_that_others_read_are_found(place, tmp_path):
    config = tmp_path / "licet.toml"
    config.write_text(f'data = "{tmp_path}"\ndatabase = "postgresql://a:secret@127.0.0.1/licet"\n')
    config.chmod(0o644)
    settings = load({}, file=config)
    assert files(settings, config) == [
        ("warn", f"{config} may hold a password and be read by others", f"chmod 600 {config}")
    ]
