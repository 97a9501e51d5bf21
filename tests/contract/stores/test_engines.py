import asyncio
import socket
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
import uvloop

from licet.errors import BadSettings, Conflict, MalformedRequest, StoreUnavailable
from licet.store import open_engine
from licet.store.sql import sqlite
from licet.store.sql.engine import Engine
from licet.store.sql.script import Row, Script, ask
from licet.store.sql.statement import Statement
from tests.postgres import fresh_database

CREATE = Statement(
    "CREATE TABLE things (id {text} PRIMARY KEY NOT NULL, version {bigint} NOT NULL CHECK (version < 900))"
)
INSERT = Statement("INSERT INTO things (id, version) VALUES (:id, :version)")
SEEN = Statement("SELECT version FROM things WHERE id = :id")
BUMP = Statement("UPDATE things SET version = version + 1 WHERE id = :id AND version = :seen RETURNING version")
ADD = Statement("UPDATE things SET version = version + 1 WHERE id = :id")
ALL = Statement("SELECT id FROM things ORDER BY id")
AMONG = Statement("SELECT id FROM things WHERE id IN (SELECT value FROM {each ids}) AND id <> 'a :name' ORDER BY id")

HANG_UP = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


class Wrong(Exception):
    """What a script of these tests raises."""


@pytest.fixture
async def things(engine: Engine) -> Engine:
    await engine.write(CREATE)
    return engine


async def ids(engine: Engine) -> list[str]:
    return [row["id"] for row in await engine.read(ALL)]


def version(rows: Sequence[Row]) -> int | None:
    return rows[0]["version"] if rows else None


def put(*wanted: str, then: Exception | None = None) -> Script[int]:
    for name in wanted:
        yield from ask(INSERT, id=name, version=0)
    if then is not None:
        raise then
    return len(wanted)


def add(name: str) -> Script[int]:
    yield from ask(ADD, id=name)
    return 1


async def test_a_script_that_fails_leaves_nothing_behind(things):
    with pytest.raises(Wrong):
        await things.run(put, "a", "b", then=Wrong())
    assert await ids(things) == []


async def test_a_failing_script_does_not_take_its_neighbours_with_it(things):
    calls = [things.run(put, f"{number:02}", then=Wrong() if number == 7 else None) for number in range(20)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Wrong if number == 7 else int for number in range(20)]
    assert await ids(things) == [f"{number:02}" for number in range(20) if number != 7]


async def test_a_broken_constraint_is_a_conflict_of_its_own_caller(things):
    calls = [things.write(INSERT, id=f"{number:02}", version=number * 100) for number in range(10)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(answer) for answer in answers] == [list] * 9 + [Conflict]
    assert len(await ids(things)) == 9


async def test_of_a_hundred_writers_who_saw_one_version_one_wins(things):
    await things.run(put, "a")
    answers = await asyncio.gather(*(things.write(BUMP, id="a", seen=0) for _ in range(100)))
    assert sorted(map(len, answers)) == [0] * 99 + [1]


async def test_a_hundred_writers_who_look_again_all_get_in(things):
    await things.run(put, "a")

    async def change() -> None:
        written: list = []
        while not written:
            seen = (await things.read(SEEN, id="a"))[0]["version"]
            written = await things.write(BUMP, id="a", seen=seen)

    await asyncio.gather(*(change() for _ in range(100)))
    assert (await things.read(SEEN, id="a"))[0]["version"] == 100


async def test_scripts_that_lock_each_other_out_are_run_again(things):
    await things.run(put, "a", "b")

    def both(*order: str) -> Script[None]:
        for name in order:
            yield from ask(ADD, id=name)

    await asyncio.gather(*(things.run(both, *("ab" if number % 2 else "ba")) for number in range(4)))
    assert [(await things.read(SEEN, id=name))[0]["version"] for name in "ab"] == [4, 4]


async def test_who_heard_of_a_write_reads_it_whatever_others_read_meanwhile(things):
    await things.run(put, *(f"{number:02}" for number in range(20)))
    over = asyncio.Event()

    async def change(name: str) -> None:
        for written in range(1, 51):
            await things.run(add, name)
            assert await things.recall(SEEN, version, id=name) == written
            assert version(await things.read(SEEN, id=name)) == written

    async def look() -> None:
        while not over.is_set():
            await things.read(ALL)
            await asyncio.sleep(0)

    lookers = [asyncio.create_task(look()) for _ in range(3)]
    await asyncio.gather(*(change(f"{number:02}") for number in range(20)))
    over.set()
    await asyncio.gather(*lookers)


async def test_what_another_process_changed_is_not_recalled_as_it_was(things, empty_url):
    other = await open_engine(empty_url)
    await things.run(put, "a")
    for written in range(3):
        assert [await things.recall(SEEN, version, id=name) for name in "aab"] == [written, written, None]
        await other.run(add, "a")
    await other.close()


async def test_one_step_reads_one_state_of_a_file_and_the_next_step_a_new_one(tmp_path: Path):
    engine, file = await open_with_a(tmp_path)

    async def first() -> None:
        assert await ids(engine) == ["a"]
        another_process_adds("b", file)
        assert await ids(engine) == ["a"]
        await asyncio.sleep(0)
        assert await ids(engine) == ["a", "b"]
        another_process_adds("c", file)

    async def second() -> None:
        assert [await engine.recall(SEEN, version, id=name) for name in "bc"] == [0, None]
        await asyncio.sleep(0)
        assert [await engine.recall(SEEN, version, id=name) for name in "bc"] == [0, 0]

    await asyncio.gather(first(), second())
    await engine.close()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_what_is_read_where_bytes_arrive_is_no_older_than_the_bytes(tmp_path: Path, run):
    async def main() -> list[str]:
        engine, file = await open_with_a(tmp_path)
        found = asyncio.get_running_loop().create_future()
        ours, theirs = socket.socketpair()
        transport, _ = await asyncio.get_running_loop().create_connection(lambda: Answers(engine, found), sock=ours)
        await asyncio.sleep(0)
        assert await ids(engine) == ["a"]
        another_process_adds("b", file)
        theirs.send(b"?")
        await found
        transport.close()
        theirs.close()
        await engine.close()
        return found.result()

    assert run(main()) == ["a", "b"]


class Answers(asyncio.Protocol):
    """Reads from a store at once, without a task, when it is asked."""

    def __init__(self, engine: Engine, found: asyncio.Future[list[str]]) -> None:
        self.engine = engine
        self.found = found

    def data_received(self, data: bytes) -> None:
        try:
            ids(self.engine).send(None)
        except StopIteration as done:
            self.found.set_result(done.value)


async def open_with_a(folder: Path) -> tuple[Engine, Path]:
    engine = await open_engine(str(folder / "licet.db"))
    await engine.write(CREATE)
    await engine.run(put, "a")
    return engine, folder / "licet.db"


def another_process_adds(name: str, file: Path) -> None:
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("INSERT INTO things VALUES (?, 0)", [name])


async def test_a_caller_that_goes_away_does_not_break_the_batch(things):
    calls = [asyncio.create_task(things.run(put, f"{number:02}")) for number in range(20)]
    await asyncio.sleep(0)
    calls[3].cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [answer for place, answer in enumerate(answers) if place != 3] == [1] * 19
    assert {f"{number:02}" for number in range(20) if number != 3} <= set(await ids(things))


async def test_an_answer_comes_after_the_commit(things, empty_url):
    for number in range(20):
        await things.run(put, f"{number:02}")
        assert await seen_by_others(empty_url) == number + 1


async def seen_by_others(url: str) -> int:
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite:///"))
        found = other.execute("SELECT count(*) FROM things").fetchone()[0]
        other.close()
        return found
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT count(*) FROM things")
    finally:
        await connection.close()


async def test_closing_finishes_what_was_asked_before(things, empty_url):
    calls = [asyncio.create_task(things.run(put, f"{number:02}")) for number in range(40)]
    await asyncio.sleep(0)
    await things.close()
    assert await asyncio.gather(*calls) == [1] * 40
    assert await seen_by_others(empty_url) == 40
    with pytest.raises(StoreUnavailable):
        await things.run(put, "late")


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
async def test_a_text_that_no_row_can_hold_is_found_nowhere(things, text):
    await things.run(put, "a")
    assert await things.read(SEEN, id=text) == []


async def test_a_text_that_no_row_can_hold_is_refused_and_its_neighbours_are_written(things):
    answers = await asyncio.gather(*(things.run(put, name) for name in ("a", "\ud800", "b")), return_exceptions=True)
    assert [answers[0], type(answers[1]), answers[2]] == [1, MalformedRequest, 1]
    assert await ids(things) == ["a", "b"]


async def test_a_file_that_another_process_holds_for_too_long_is_said_to_be_unavailable(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    engine = await open_engine(str(tmp_path / "licet.db"))
    await engine.write(CREATE)
    other = sqlite3.connect(tmp_path / "licet.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answers = await asyncio.gather(*(engine.run(put, name) for name in "abc"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreUnavailable] * 3
    assert await ids(engine) == []
    other.execute("ROLLBACK")
    other.close()
    assert await engine.run(put, "d") == 1
    await engine.close()


async def test_a_connection_the_server_ends_is_said_to_be_unavailable_and_what_was_answered_is_kept(postgres_url):
    engine = await open_engine(url := await fresh_database(postgres_url))
    await engine.write(CREATE)
    await engine.run(put, "a")
    administrator = await asyncpg.connect(url)
    answers: list = []
    for _ in range(10):
        calls = [asyncio.create_task(engine.run(add, "a")) for _ in range(30)]
        while not all(call.done() for call in calls):
            await administrator.fetch(HANG_UP)
        answers += await asyncio.gather(*calls, return_exceptions=True)
    assert {type(answer) for answer in answers} <= {int, StoreUnavailable}
    assert answers.count(1) <= await administrator.fetchval("SELECT version FROM things") < len(answers)
    await administrator.close()
    await engine.close()


async def test_a_sequence_is_a_table_and_a_literal_is_left_alone(things):
    await things.run(put, "a", "b", "c", "a :name")
    assert [row["id"] for row in await things.read(AMONG, ids=["c", "a", "a :name", "x"])] == ["a", "c"]
    assert await things.read(AMONG, ids=[]) == []


async def test_texts_sort_by_their_bytes(things):
    await things.run(put, "b", "Z", "a", "é", "_", "\U0001f600", "\uffee")
    assert await ids(things) == ["Z", "_", "a", "b", "é", "\uffee", "\U0001f600"]


async def test_the_database_file_and_its_journal_are_their_owners_alone(tmp_path: Path):
    engine = await open_engine(f"sqlite:///{tmp_path / 'licet.db'}")
    await engine.write(CREATE)
    assert modes(tmp_path) == {"licet.db": 0o600, "licet.db-wal": 0o600, "licet.db-shm": 0o600}
    await engine.close()
    assert modes(tmp_path) == {"licet.db": 0o600}


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_what_reads_on_the_loop_cannot_write(tmp_path: Path):
    engine = await open_engine(str(tmp_path / "licet.db"))
    await engine.write(CREATE)
    with pytest.raises(StoreUnavailable):
        await engine.read(INSERT, id="a", version=0)
    await engine.close()


async def test_a_database_that_cannot_be_opened_says_so_without_its_password(tmp_path: Path):
    for url in (f"sqlite:///{tmp_path}/missing/licet.db", "postgresql://licet:hunter2@127.0.0.1:1/licet"):
        with pytest.raises(StoreUnavailable, match="cannot open") as told:
            await open_engine(url)
        assert "hunter2" not in str(told.value)
    with pytest.raises(BadSettings):
        await open_engine("mysql://localhost/licet")
