from pathlib import Path

import pytest

from licet.bootstrap import options
from licet.errors import BadSettings
from licet.settings import Row, load, rows

NOWHERE = Path("/dev/null")


def test_nothing_said_gives_the_defaults_and_the_origin_follows_host_and_port() -> None:
    settings = load({}, file=NOWHERE)
    assert (settings.origin, settings.registration, settings.limits) == ("http://127.0.0.1:8000", "off", True)
    assert load({}, file=NOWHERE, given={"host": "::1", "port": 81}).origin == "http://[::1]:81"
    # As every browser writes it in `Host` and `Origin`.
    assert load({}, file=NOWHERE, given={"port": 80}).origin == "http://127.0.0.1"


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "licet.toml"
    file.write_text('port = 1\nhost = "a"\nsign_up = "open"\n')
    settings = load({"LICET_PORT": "2", "LICET_HOST": "b"}, file=file, given={"port": 3})
    assert (settings.port, settings.host, settings.sign_up) == (3, "b", "open")


@pytest.mark.parametrize(("word", "value"), [("off", False), ("true", True), ("0", False), ("Yes", True)])
def test_a_switch_is_read_from_the_usual_words(word: str, value: object) -> None:
    assert load({"LICET_LIMITS": word}, file=NOWHERE).limits is value


def test_a_list_is_read_with_commas_or_blanks() -> None:
    assert load({"LICET_ORIGINS": "https://a.example, https://b.example"}, file=NOWHERE).origins == (
        "https://a.example",
        "https://b.example",
    )


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"LICET_PORT": "http"}, "LICET_PORT"),
        ({"LICET_LIMITS": "maybe"}, "LICET_LIMITS"),
        ({"LICET_SIGN_UP": "everybody"}, "LICET_SIGN_UP"),
        ({"LICET_ISSUER": "id.example"}, "issuer"),
        ({"LICET_ISSUER": "https://id.example/path"}, "issuer"),
        ({"LICET_ISSUER": "https://id.example:99999"}, "issuer"),
        ({"LICET_ISSUER": "https://id.example:x"}, "issuer"),
        ({"LICET_ISSUER": "https://id.example:"}, "issuer"),
        ({"LICET_ISSUER": "https://somebody@id.example"}, "issuer"),
        ({"LICET_ORIGINS": "https://id.example, https://id.example:99999"}, "origins"),
        (
            {
                "LICET_MTLS_ORIGIN": "https://mtls.example/",
                "LICET_CLIENT_CERTIFICATE_HEADER": "X-Client-Cert",
                "LICET_TRUSTED_PROXIES": "10.0.0.0/8",
            },
            "mtls_origin",
        ),
        ({"LICET_PORT": "65536"}, "port"),
        ({"LICET_PORT": "-1"}, "port"),
        ({"LICET_WORKERS": "2"}, "workers"),
        ({"LICET_WORKERS": "0"}, "workers"),
        ({"LICET_DPOP_NONCE": "on"}, "dpop_nonce"),
        ({"LICET_CLIENT_CERTIFICATE_HEADER": "x-client-cert"}, "client_certificate_header"),
        ({"LICET_CLIENT_CERTIFICATE_VERIFIED_HEADER": "x-client-verify"}, "client_certificate_header"),
        ({"LICET_MTLS_ORIGIN": "https://mtls.example"}, "client_certificate_header"),
        ({"LICET_REGISTRATION_REDIRECT_URIS": "0"}, "registration_redirect_uris"),
        ({"LICET_REGISTRATION_BYTES": "65537"}, "registration_bytes"),
        ({"LICET_REGISTRATIONS_PER_HOUR": "-1"}, "registrations_per_hour"),
        ({"LICET_PUSHED_REQUEST_SECONDS": "59"}, "pushed_request_seconds"),
        ({"LICET_PUSHED_REQUEST_SECONDS": "601"}, "pushed_request_seconds"),
        ({"LICET_KEY_ROTATION_DAYS": "2147483648"}, "LICET_KEY_ROTATION_DAYS"),
        ({"LICET_DATA": ""}, "data"),
        ({"LICET_DATABASE": "postgresql://licet:[secret@db/licet"}, "database: it is no URL"),
        ({"LICET_HOST": "", "LICET_ISSUER": "https://id.example"}, "host"),
        ({"LICET_TRUSTED_PROXIES": "10.0.0.0/8, proxy"}, "trusted_proxies: 'proxy'"),
        ({"LICET_TRUSTED_PROXIES": "10.0.0.1/8"}, "trusted_proxies: 10.0.0.1/8"),
        ({"LICET_PROFILE": "fapi1"}, "LICET_PROFILE"),
        ({"LICET_DEMO": "on", "LICET_PROFILE": "fapi2"}, "profile"),
        ({"LICET_DEMO": "on", "LICET_HOST": "0.0.0.0"}, "host"),  # noqa: S104 - what must be refused
    ],
)
def test_a_wrong_value_is_refused_by_name(environment: dict[str, str], named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        load(environment, file=NOWHERE)


@pytest.mark.parametrize(
    "place", ["localhost", "https://localhost:1", "localhost:", ":1", "localhost:x", "::1:1", "*:1"]
)
def test_a_place_that_may_be_fetched_from_is_a_host_and_a_port(place: str) -> None:
    assert load({"LICET_FETCH_ALLOW": "localhost:1, [::1]:2"}, file=NOWHERE).fetch_allow == ("localhost:1", "[::1]:2")
    with pytest.raises(BadSettings, match="fetch_allow"):
        load({"LICET_FETCH_ALLOW": place}, file=NOWHERE)


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "licet.toml"
    file.write_text("porrt = 1\n")
    with pytest.raises(BadSettings, match="porrt"):
        load({}, file=file)


@pytest.mark.parametrize("line", ["origins = [1]", 'origins = [["https://id.example"]]', "port = true", "demo = 1"])
def test_a_value_of_another_type_in_the_file_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "licet.toml"
    file.write_text(line)
    with pytest.raises(BadSettings, match=line.partition(" ")[0]):
        load({}, file=file)


def test_a_demo_sets_what_nobody_else_says() -> None:
    demo = load({"LICET_SIGN_UP": "off"}, file=NOWHERE, given={"demo": True})
    assert (demo.registration, demo.sign_up, demo.registrations_per_hour) == ("open", "off", 100_000)


def test_a_dialects_own_setting_is_read_like_every_other_and_kept_apart() -> None:
    option = Row("chatty_limit", 10, "Calls a minute.")
    assert load({"LICET_CHATTY_LIMIT": "5"}, file=NOWHERE, options=(option,)).options == {"chatty_limit": 5}
    assert load({}, file=NOWHERE, options=(option,)).options == {"chatty_limit": 10}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LICET_TEABLE_CODE_SECONDS", "0"),
        ("LICET_TEABLE_ACCESS_TOKEN_SECONDS", "99999999999999999999"),
        ("LICET_TEABLE_SESSION_DAYS", "36501"),
        ("LICET_ROCKETCHAT_RATE_WINDOW_MS", "0"),
        ("LICET_ROCKETCHAT_RATE_LIMIT", "-2"),
    ],
)
def test_a_number_that_a_dialect_cannot_live_with_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        load({name: value}, file=NOWHERE, options=options())


def test_every_setting_says_what_it_is_for() -> None:
    assert all(row.about.endswith(".") for row in rows())
