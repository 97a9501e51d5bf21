"""How long a test waits for its PostgreSQL database: a new one, a copy of a template, a new schema, restored rows.

    python -m bench.test_databases

writes the table of docs/decisions/0005-postgresql-for-tests.md.
"""

import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import asyncpg

from tests import postgres
from tests.contract.dialects.house import keep_copy, make_template, restore

ROUNDS = 15
RECORD = Path(__file__).parent.parent / "docs" / "decisions" / "0005-postgresql-for-tests.md"
TABLE = re.compile(r"(<!-- test-databases -->\n).*?(<!-- /test-databases -->)", re.DOTALL)


async def _say(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _measured(server: str, furnished: str) -> Mapping[str, list[float]]:
    name = furnished.partition("?")[0].rpartition("/")[2]
    ways: Mapping[str, Callable[[], Awaitable[object]]] = {
        "a new database, empty": lambda: _say(server, "CREATE DATABASE bench_a", "DROP DATABASE bench_a"),
        "a copy of the furnished one": lambda: _say(
            server, f"CREATE DATABASE bench_b TEMPLATE {name}", "DROP DATABASE bench_b"
        ),
        "a new schema, empty": lambda: postgres.fresh_database(server),
        "its rows restored": lambda: restore(furnished),
    }
    spent: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, work in ways.items():
            began = time.perf_counter()
            await work()
            spent[way].append((time.perf_counter() - began) * 1000)
    return spent


def main() -> None:
    """Measure, interleaved, and write the table."""
    server = postgres.start()
    try:
        with postgres.own_database(server.url) as furnished, tempfile.TemporaryDirectory() as folder:
            asyncio.run(make_template(Path(folder), furnished))
            asyncio.run(keep_copy(furnished))
            spent = asyncio.run(_measured(server.url, furnished))
    finally:
        server.stop()
    lines = "".join(
        f"| {way} | {statistics.median(times):.0f} | {min(times):.0f} to {max(times):.0f} |\n"
        for way, times in spent.items()
    )
    text = f"| What a test begins with | median, ms | of {ROUNDS}, ms |\n| --- | --- | --- |\n{lines}"
    RECORD.write_text(TABLE.sub(lambda found: found[1] + text + found[2], RECORD.read_text("utf-8")), "utf-8")
    print(text)


if __name__ == "__main__":
    main()
