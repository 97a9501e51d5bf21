"""The command line on both engines, on the database itself and through the API, beside a server that is running."""

import json
import os
import pty
import secrets
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from licet.bootstrap import options
from licet.cli import BROKEN, main
from licet.cli.shell import operator
from licet.cli.vitals import of_database
from licet.settings import load
from tests.e2e.server import Served, serve
from tests.postgres import own_database

SCOPES = (
    "applications:read",
    "applications:write",
    "applications:register",
    "secrets:write",
    "organizations:write",
    "users:write",
    "instance:admin",
)


@dataclass
class Place:
    """A running demo instance, and two ways for commands to reach it."""

    served: Served
    database: str
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def here(self) -> list[str]:
        return ["--data", str(self.served.folder), *(["--database", self.database] if self.database else [])]

    def local(self, *arguments: str, given: str | None = None) -> Result:
        """A command on the database, which the server is using at the same time."""
        return CliRunner().invoke(main, [*arguments, *self.here], input=given)

    def remote(self, *arguments: str, user: str = "admin") -> Result:
        """A command through the native API, with a token of a person's."""
        way = ["--url", self.served.url, "--token-file", "-"]
        return CliRunner().invoke(main, [*arguments, *way], input=f"{self.token(user)}\n")

    def token(self, user: str) -> str:
        if user not in self.tokens:
            scopes = [word for scope in SCOPES for word in ("--scope", scope)]
            made = self.local("token", "create", "--user", user, "--name", "test", *scopes, "--json")
            self.tokens[user] = document(made)["token"]
        return self.tokens[user]

    def client(self, user: str) -> httpx.Client:
        return self.served.client(headers={"authorization": f"Bearer {self.token(user)}"})


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        database = ""
        if request.param == "postgresql":
            database = stack.enter_context(own_database(request.getfixturevalue("postgres_url")))
        folder = tmp_path_factory.mktemp(request.param)
        folder.chmod(0o700)
        yield Place(stack.enter_context(serve(folder, database)), database)


@pytest.fixture(params=["local", "remote"])
def way(request: pytest.FixtureRequest, place: Place) -> Any:
    """The same command by either way."""
    return getattr(place, request.param)


def registered(place: Place, name: str, organization: str) -> str:
    """The client_id of a new application."""
    made = place.local("app", "create", "--client-name", name, "--organization", organization, "--json")
    return str(document(made)["client_id"])


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refusal(result: Result, code: int = 1) -> str:
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    return result.stderr


def test_an_application_is_registered_shown_changed_and_deleted(way):
    made = document(
        way(
            *("app", "create", "--client-name", "Dashboard", "--organization", "acme", "--scope", "openid profile"),
            *("--redirect-uri", "https://a.example/cb", "--redirect-uri", "http://127.0.0.1/cb", "--json"),
        )
    )
    client_id = made["client_id"]
    assert made["client_secret"].startswith("licet_cs_")
    assert made["scope"] == "openid profile"
    assert made["redirect_uris"] == ["https://a.example/cb", "http://127.0.0.1/cb"]
    assert made["protocols"] == ["native"]

    shown = document(way("app", "show", client_id, "--json"))
    assert shown == {key: value for key, value in made.items() if key != "client_secret"}

    changed = document(
        way("app", "update", client_id, "--client-name", "Board", "--clear", "scope", "--version", "1", "--json")
    )
    assert changed["updated_at"] > shown["updated_at"]
    assert changed == {
        **shown,
        "client_name": "Board",
        "scope": None,
        "version": 2,
        "updated_at": changed["updated_at"],
    }

    assert "It is at version 2" in refusal(way("app", "update", client_id, "--no-enabled", "--version", "1"))
    assert "say --yes" in refusal(way("app", "delete", client_id))
    assert document(way("app", "show", client_id, "--json"))["version"] == 2
    assert way("app", "delete", client_id, "--version", "2", "--yes").stdout == f"{client_id} is deleted.\n"
    assert refusal(way("app", "show", client_id)) == "Error: There is no such application.\n"


def test_both_ways_show_the_same(place):
    client_id = registered(place, "Same", "instance")
    things = (
        ("app", "show", client_id),
        ("org", "show", "acme"),
        ("user", "show", "alice"),
        ("secret", "list", client_id),
    )
    for command in things:
        assert document(place.local(*command, "--json")) == document(place.remote(*command, "--json"))


def test_every_fault_of_a_change_is_told_at_once_and_nothing_is_changed(way, place):
    client_id = registered(place, "Faulty", "instance")
    wrong = ("--redirect-uri", "javascript:alert(1)", "--scope", "nosuch", "--client-uri", "x")
    told, *faults = refusal(way("app", "update", client_id, *wrong)).splitlines()
    assert told == "Error: The request has faults."
    assert sorted(line.partition(":")[0] for line in faults) == ["client_uri", "redirect_uris/0", "scope"]
    assert document(place.local("app", "show", client_id, "--json"))["version"] == 1


def test_an_application_without_a_place_goes_to_the_instance_or_the_callers_own_team(place):
    instance = document(place.local("org", "show", "instance", "--json"))["id"]
    acme = document(place.local("org", "show", "acme", "--json"))["id"]
    assert document(place.local("app", "create", "--client-name", "A", "--json"))["organization_id"] == instance
    made = document(place.remote("app", "create", "--client-name", "B", "--json", user="alice"))
    assert made["organization_id"] == acme


def test_the_audit_log_knows_who_typed(place):
    made = document(place.local("app", "create", "--client-name", "Audited", "--organization", "acme", "--json"))
    with place.client("alice") as client:
        revisions = client.get(f"/api/applications/{made['client_id']}/revisions").json()["items"]
    assert [(row["action"], row["actor"], row["surface"]) for row in revisions] == [
        ("application.created", {"id": None, "name": operator().name}, "cli")
    ]
    assert made["surface"] == "cli"
    assert made["created_by"] is None


def test_a_list_is_narrowed_and_followed_to_its_end(way, place):
    names = [f"Listed {number}" for number in range(3)]
    for name in names:
        document(place.local("app", "create", "--client-name", name, "--organization", "other", "--json"))
    narrowed = ("app", "list", "--organization", "other", "--q", "listed", "--json")
    page = document(way(*narrowed, "--limit", "2"))
    assert len(page["items"]) == 2
    assert page["next_cursor"] is not None
    rest = way(*narrowed, "--limit", "2", "--all")
    everything = [json.loads(line) for line in rest.stdout.splitlines()]
    assert len({item["client_id"] for item in everything}) == len(everything) == page["total"]
    assert {item["client_name"] for item in everything} == set(names)


def test_secrets_stand_beside_each_other_and_their_values_are_said_once(way, place):
    client_id = registered(place, "Secret", "acme")
    added = document(way("secret", "add", client_id, "--label", "second", "--expires-at", "90d", "--json"))
    assert added["client_secret"].startswith("licet_cs_")
    listed = way("secret", "list", client_id)
    assert added["client_secret"] not in listed.output
    rows = [line.split("\t") for line in listed.stdout.splitlines()]
    assert rows[0] == ["id", "label", "hint", "status", "created_at", "expires_at", "last_used_at"]
    assert rows[1][:4] == [added["id"], "second", added["client_secret"][-4:], "active"]
    assert len(rows) == 3
    refusal(way("secret", "revoke", client_id, added["id"]))
    assert way("secret", "revoke", client_id, added["id"], "--yes").exit_code == 0
    assert len(document(way("secret", "list", client_id, "--json"))["items"]) == 1


def test_a_person_comes_works_and_goes(way, place, request):
    name = f"eve-{request.node.callspec.params['way']}"
    added = document(way("user", "add", name, "--email", f"{name}@example.com", "--json"))
    assert "/account/setup/" in added["setup_link"]
    assert place.local("user", "password", name, given="correct horse\n").stdout == f"{name} has a new password.\n"
    sign_in = {"username": name, "password": "correct horse"}
    with place.served.client() as client:
        assert client.post("/api/manage/session", json=sign_in).status_code == 201
        assert document(way("user", "deactivate", name, "--yes", "--json"))["active"] is False
        assert client.post("/api/manage/session", json=sign_in).status_code == 401
        assert document(way("user", "activate", name, "--json"))["active"] is True
        assert client.post("/api/manage/session", json=sign_in).status_code == 201
    assert "say --yes" in refusal(way("user", "delete", name))
    assert way("user", "delete", name, "--yes").stdout == f"{name} is deleted.\n"
    assert refusal(way("user", "show", name)) == f"Error: There is no user {name}.\n"


def test_what_is_kept_about_a_person_is_exported_without_secrets(way, place, tmp_path):
    place.token("bob")
    told = json.loads(way("user", "export", "bob").stdout)
    assert told["user"]["username"] == "bob"
    assert told["user"]["email"] == "bob@example.com"
    assert "token.created" in {row["action"] for row in told["audit"]}
    assert place.token("bob") not in json.dumps(told)
    assert "argon2" not in json.dumps(told)

    file = tmp_path / "bob.json"
    assert way("user", "export", "bob", "--output", str(file)).stdout == f"{file} has everything about bob.\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["user"] == told["user"]
    assert "File exists" in refusal(way("user", "export", "bob", "--output", str(file)))


def test_of_a_deleted_person_the_audit_log_keeps_a_pseudonym(place):
    document(place.local("user", "add", "gone", "--json"))
    client_id = registered(place, "Left", "acme")
    document(place.local("org", "member", "add", "acme", "gone", "--role", "admin", "--json"))
    with place.client("gone") as client:
        assert client.patch(f"/api/applications/{client_id}", json={"description": "x"}).status_code == 200
    assert place.local("org", "member", "remove", "acme", "gone", "--yes").exit_code == 0
    assert place.local("user", "delete", "gone", "--yes").exit_code == 0
    with place.client("admin") as client:
        newest = client.get(f"/api/applications/{client_id}/revisions").json()["items"][0]
        entries = client.get("/api/manage/audit", params={"action": "user.deleted", "limit": 1}).json()["items"]
    assert newest["action"] == "application.updated"
    assert newest["actor"]["name"].startswith("deleted-")
    assert entries[0]["actor"]["name"] == operator().name


def test_somebody_is_invited(way):
    link = document(way("user", "invite", "--email", "new@example.com", "--organization", "acme", "--json"))
    assert "/account/join/" in link["invitation"]
    assert way("user", "uninvite", link["id"]).stdout == "The invitation is cancelled.\n"


def test_an_organization_is_made_filled_handed_over_and_deleted(place):
    made = document(place.local("org", "add", "lab", "--name", "Laboratory", "--owner", "alice", "--json"))
    assert (made["slug"], made["kind"]) == ("lab", "team")
    added = document(place.local("org", "member", "add", "lab", "bob", "--role", "member", "--json"))
    assert (added["username"], added["role"]) == ("bob", "member")
    assert document(place.local("org", "member", "role", "lab", "bob", "--role", "admin", "--json"))["role"] == "admin"
    assert place.local("org", "hand-over", "lab", "bob", "--yes").stdout == "bob owns lab.\n"
    members = document(place.local("org", "member", "list", "lab", "--json"))["items"]
    assert {row["username"]: row["role"] for row in members} == {"alice": "admin", "bob": "owner"}
    assert place.local("org", "member", "remove", "lab", "alice", "--yes").stdout == "alice is out of lab.\n"
    assert document(place.local("org", "rename", "lab", "--name", "Works", "--json"))["name"] == "Works"
    assert "lab" in [row["slug"] for row in document(place.local("org", "list", "--json"))["items"]]

    client_id = registered(place, "Last", "lab")
    assert refusal(place.local("org", "delete", "lab", "--yes")) == "Error: It still owns something.\n"
    assert place.local("app", "delete", client_id, "--yes").exit_code == 0
    assert place.local("org", "delete", "lab", "--yes").stdout == "lab is deleted.\n"
    assert refusal(place.local("org", "show", "lab")) == "Error: There is no such organization.\n"


def test_an_organization_made_through_the_api_is_the_tokens_users_own(place):
    made = document(place.remote("org", "add", "own-lab", "--name", "Own", "--json", user="carol"))
    members = document(place.remote("org", "member", "list", made["slug"], "--json"))["items"]
    assert [(row["username"], row["role"]) for row in members] == [("carol", "owner")]
    assert "carol" in refusal(place.remote("org", "add", "others", "--name", "Others", "--owner", "bob", user="carol"))


def test_a_token_is_made_for_a_person_works_within_its_scopes_and_is_revoked(place):
    scopes = ("--scope", "applications:register", "--scope", "applications:read")
    made = document(place.local("token", "create", "--user", "alice", "--name", "ci", *scopes, "--json"))
    assert made["scopes"] == ["applications:register", "applications:read"]
    headers = {"authorization": f"Bearer {made['token']}"}
    with place.served.client(headers=headers) as client:
        assert client.get("/api/applications").status_code == 200
        assert client.post("/api/applications", json={"client_name": "No"}).status_code == 403
        listed = place.local("token", "list", "--user", "alice")
        assert made["id"] in listed.stdout
        assert made["token"] not in listed.output
        refusal(place.local("token", "revoke", made["id"], "--user", "alice"))
        assert place.local("token", "revoke", made["id"], "--user", "alice", "--yes").exit_code == 0
        assert client.get("/api/applications").status_code == 401


def test_on_the_database_a_token_needs_its_person(place):
    assert "say for whom with --user" in refusal(place.local("token", "list"), 2)
    assert refusal(place.local("token", "list", "--user", "nobody")) == "Error: There is no such user.\n"


def test_through_the_api_rights_are_the_tokens_users(place):
    client_id = registered(place, "Acme's", "acme")
    assert "There is no such application." in refusal(place.remote("app", "show", client_id, user="mallory"))
    assert "Owner or admin" in refusal(place.remote("app", "update", client_id, "--no-enabled", user="bob"))
    assert "permission: manage-users" in refusal(place.remote("user", "list", user="alice"))
    assert refusal(place.remote("token", "list", "--user", "alice", user="bob")) == (
        "Error: with --url this is for the token's own user, bob, alone\n"
    )


def test_a_server_and_a_command_write_to_one_database_at_once(place):
    client_id, done, statuses = registered(place, "Busy", "acme"), threading.Event(), []

    def write() -> None:
        with place.client("alice") as client:
            while not done.is_set():
                answer = client.patch(f"/api/applications/{client_id}", json={"description": f"served {len(statuses)}"})
                statuses.append(answer.status_code)

    place.token("alice")
    writer = threading.Thread(target=write)
    writer.start()
    try:
        codes = [
            place.local("app", "update", client_id, "--client-name", f"Typed {number}", "--json").exit_code
            for number in range(5)
        ]
    finally:
        done.set()
        writer.join()
    assert codes == [0] * 5
    assert set(statuses) == {200}
    final = document(place.local("app", "show", client_id, "--json"))
    assert final["client_name"] == "Typed 4"
    assert final["description"] == f"served {len(statuses) - 1}"
    assert final["version"] == 1 + len(codes) + len(statuses)


def typed(place: Place, *arguments: str, answer: str = "", into: Path | None = None) -> tuple[int, str]:
    """A command in a process of its own on a terminal: its exit code, and what the terminal showed."""
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "licet", *arguments, *place.here]
    with (into or Path(os.devnull)).open("wb") as file, closing(os.fdopen(controller, "r+b", buffering=0)) as screen:
        process = subprocess.Popen(command, stdin=terminal, stdout=file if into else terminal, stderr=terminal)
        os.close(terminal)
        shown = b""
        with suppress(OSError):  # how a terminal says that nobody is there any more
            while piece := screen.read(4096):
                shown += piece
                if answer and b"[y/N]" in shown:
                    screen.write(f"{answer}\n".encode())
                    answer = ""
        return process.wait(), shown.decode()


def test_on_a_terminal_what_is_destroyed_is_asked_about(place):
    client_id = registered(place, "Asked", "acme")
    code, shown = typed(place, "app", "delete", client_id, answer="n")
    assert code == 1
    assert f"Delete {client_id} (Asked)? [y/N]: n" in shown
    assert typed(place, "app", "show", client_id)[0] == 0
    code, shown = typed(place, "app", "delete", client_id, answer="y")
    assert code == 0
    assert f"{client_id} is deleted." in shown


def test_a_progress_bar_is_on_the_terminal_and_the_rows_are_in_the_file(place, tmp_path):
    client_id = registered(place, "Filed", "acme")
    file = tmp_path / "rows"
    code, shown = typed(place, "app", "list", "--all", into=file)
    assert code == 0
    assert "Listing" in shown
    assert client_id not in shown
    assert client_id in [line.split("\t")[0] for line in file.read_text().splitlines()]


def findings(result: Result) -> dict[str, tuple[str, str]]:
    rows = json.loads(result.stdout)["items"]
    return {row["check"]: (row["level"], row["advice"]) for row in rows if row["check"] != "environment"}


def test_the_doctor_finds_a_good_instance_good(place):
    result = place.local("doctor", "--json")
    assert result.exit_code == 0
    assert findings(result) == dict.fromkeys(("settings", "files", "database", "keys", "clock"), ("ok", ""))
    lines = place.local("doctor").stdout.splitlines()
    assert "ok    keys: 4 signing keys open under the instance key" in lines


def test_the_doctor_names_a_setting_that_was_misspelled(place, monkeypatch):
    monkeypatch.setenv("LICET_SIGNUP", "open")
    assert (
        "warn  environment: LICET_SIGNUP is no setting and does nothing → did you mean LICET_SIGN_UP?"
        in place.local("doctor").stdout.splitlines()
    )


def test_the_doctor_finds_a_setting_that_cannot_be(place, monkeypatch):
    monkeypatch.setenv("LICET_PORT", "http")
    result = place.local("doctor")
    assert result.exit_code == 1
    assert "fail  settings: port (LICET_PORT) is not a whole number → correct it" in result.stdout.splitlines()


def test_the_key_of_another_instance_is_found_by_the_doctor_and_refused_by_all_others(place, tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "instance.key").write_bytes(bytes(32))
    (tmp_path / "instance.key").chmod(0o600)
    database = place.database or f"sqlite:///{place.served.folder / 'licet.db'}"
    result = CliRunner().invoke(main, ["doctor", "--json", "--data", str(tmp_path), "--database", database])
    assert result.exit_code == 1
    level, advice = findings(result)["keys"]
    assert level == "fail"
    assert "restore the instance.key" in advice
    told = refusal(CliRunner().invoke(main, ["app", "list", "--data", str(tmp_path), "--database", database]), BROKEN)
    assert f"data: {tmp_path / 'instance.key'} is another instance's key" in told


def test_the_doctor_finds_a_database_that_is_not_there(tmp_path):
    missing = CliRunner().invoke(main, ["doctor", "--json", "--data", str(tmp_path)])
    assert missing.exit_code == 1
    assert findings(missing)["files"] == ("fail", "say --data and --database, or run licet init")
    assert list(tmp_path.iterdir()) == []
    away = CliRunner().invoke(main, ["doctor", "--json", "--database", "postgresql://a@127.0.0.1:1/b"])
    assert findings(away)["database"] == ("fail", "start the database, or correct `database`")


@pytest.fixture
def fresh(tmp_path: Path) -> list[str]:
    """The options of an instance that was just made."""
    here = ["--data", str(tmp_path / "data")]
    made = CliRunner().invoke(main, ["init", "--username", "root", *here])
    assert made.exit_code == 0, made.stderr
    assert "/account/setup/" in made.stdout
    return here


def test_init_makes_an_instance_with_its_administrator_and_migrate_finds_nothing_to_do(fresh):
    runner = CliRunner()
    assert runner.invoke(main, ["migrate", *fresh]).stdout == "schema version 1, nothing to do\n"
    people = document(runner.invoke(main, ["user", "list", "--json", *fresh]))["items"]
    assert [row["username"] for row in people] == ["root", "system"]
    assert refusal(runner.invoke(main, ["init", "--username", "root", *fresh])) == "Error: This name is taken.\n"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DIALECTS", "native,slack", "dialects: 'slack' is not one of native, rfc, rocketchat, teable, timbrix"),
        ("DIALECT_HOSTS", "slack=id.example", "dialect_hosts: 'slack' is not one of "),
        ("DIALECT_HOSTS", "teable", "dialect_hosts: '' is not a host of `issuer` or `origins`"),
        ("DIALECT_HOSTS", "teable=t.example", "dialect_hosts: 't.example' is not a host of `issuer` or `origins`"),
        ("REGISTRATION_GRANT_TYPES", "password", "registration_grant_types: 'password' is not a grant type"),
    ],
)
def test_a_word_that_no_part_knows_is_refused_before_anything_is_made_and_found_by_the_doctor(
    tmp_path, name, value, told
):
    here, said = ["--data", str(tmp_path / "data")], {f"LICET_{name}": value, "LICET_ISSUER": "https://id.example"}
    assert told in refusal(CliRunner().invoke(main, ["init", *here], env=said), BROKEN)
    assert not (tmp_path / "data").exists()
    examined = CliRunner().invoke(main, ["doctor", *here], env=said)
    assert f"fail  settings: {told}" in examined.stdout


def test_a_database_that_is_newer_than_the_program_is_left_alone(fresh):
    with closing(sqlite3.connect(Path(fresh[1]) / "licet.db")) as connection, connection:
        connection.execute("INSERT INTO schema_version (version) VALUES (99)")
    told = refusal(CliRunner().invoke(main, ["app", "list", *fresh]), 3)
    assert "the database has schema version 99" in told
    examined = CliRunner().invoke(main, ["doctor", "--json", *fresh])
    assert examined.exit_code == 1
    advice = "run the newer program, or restore the backup made before it ran"
    assert findings(examined)["database"] == ("fail", advice)


def test_a_database_server_without_an_instance_is_left_as_it_is(fresh_postgres, tmp_path):
    (tmp_path / "instance.key").write_bytes(bytes(32))
    (tmp_path / "instance.key").chmod(0o600)
    here = ["--data", str(tmp_path), "--database", fresh_postgres]
    for _ in range(2):
        told = refusal(CliRunner().invoke(main, ["app", "list", *here]), 3)
        assert "there is no instance in this database yet" in told


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "licet", "serve", "--port", port, "--data", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == BROKEN
    assert f"Error: port: cannot listen on 127.0.0.1 port {port}: Address already in use" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_free_port_is_taken_for_port_0_and_named_with_a_token_to_use_there(tmp_path):
    environment = {**os.environ, "LICET_LIMIT": "off", "PYTHONUNBUFFERED": "1"}
    program = [sys.executable, "-m", "licet", "serve", "--demo", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as running:
        try:
            assert running.stderr is not None
            assert running.stdout is not None
            warned = next(line for line in running.stderr if "LICET_" in line)
            url = next(line for line in running.stdout if "http" in line).split()[-1]
            token = next(line for line in running.stdout if "token" in line)
            metadata = httpx.get(f"{url}/.well-known/openid-configuration").json()
            bearer = {"authorization": f"Bearer {token.split()[-1]}"}
            owned = httpx.get(f"{url}/api/applications", headers=bearer)
        finally:
            running.terminate()
    assert warned == "LICET_LIMIT is no setting and does nothing: did you mean LICET_LIMITS?\n"
    assert metadata["issuer"] == url
    assert token.startswith("A token of alice: licet_pat_")
    assert owned.status_code == 200


async def test_a_clock_behind_the_audit_log_is_found(place):
    said = {"data": str(place.served.folder), "database": place.database}
    chosen = load({}, file=Path(os.devnull), given=said, options=options())
    found = [finding async for finding in of_database(chosen, lambda: 1_000, secrets.token_bytes)]
    (clock,) = [finding for finding in found if finding.check == "clock"]
    assert clock.level == "fail"
    assert "behind the newest change in the audit log" in clock.says
