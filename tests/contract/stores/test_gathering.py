import asyncio

import pytest
from hypothesis import given, strategies

from licet.errors import Conflict
from licet.store import open_engine
from licet.store.sql.engine import Engine
from licet.store.sql.gather import Batch, First, Gathered, Last, Sum
from licet.store.sql.statement import Statement

TABLES = (
    Statement("CREATE TABLE codes (digest {blob} PRIMARY KEY NOT NULL, claimed_at {bigint})"),
    Statement("CREATE TABLE tallies (key {text} PRIMARY KEY NOT NULL, hits {bigint} NOT NULL CHECK (hits < 1000))"),
)
NEW_CODE = Statement("INSERT INTO codes (digest) VALUES (:digest)")
CLAIM = Gathered(
    one=Statement("UPDATE codes SET claimed_at = :now WHERE digest = :digest AND claimed_at IS NULL RETURNING digest"),
    many=Statement("""
        UPDATE codes SET claimed_at = asked.now FROM unnest(:digest::bytea[], :now::bigint[]) AS asked (digest, now)
        WHERE codes.digest = asked.digest AND claimed_at IS NULL RETURNING codes.digest"""),
    key=("digest",),
    duplicates=First(),
)
ON_CONFLICT = "ON CONFLICT (key) DO UPDATE SET hits = tallies.hits + excluded.hits RETURNING key, hits"
HIT = Gathered(
    one=Statement(f"INSERT INTO tallies (key, hits) VALUES (:key, :hits) {ON_CONFLICT}"),
    many=Statement(f"INSERT INTO tallies SELECT * FROM unnest(:key::text[], :hits::bigint[]) {ON_CONFLICT}"),
    key=("key",),
    duplicates=Sum("hits"),
)
ON_CONFLICT_SET = "ON CONFLICT (key) DO UPDATE SET hits = excluded.hits RETURNING key, hits"
SET = Gathered(
    one=Statement(f"INSERT INTO tallies (key, hits) VALUES (:key, :hits) {ON_CONFLICT_SET}"),
    many=Statement(f"INSERT INTO tallies SELECT * FROM unnest(:key::text[], :hits::bigint[]) {ON_CONFLICT_SET}"),
    key=("key",),
    duplicates=Last(),
)


@pytest.fixture
async def tables(engine: Engine) -> Engine:
    for table in TABLES:
        await engine.write(table)
    return engine


async def test_of_a_hundred_claims_of_one_row_one_wins(tables):
    await tables.write(NEW_CODE, digest=b"code")
    answers = await asyncio.gather(*(tables.gather(CLAIM, digest=b"code", now=at) for at in range(100)))
    assert [answer is not None for answer in answers].count(True) == 1


async def test_of_a_hundred_claims_in_two_processes_one_wins(tables, empty_url):
    other = await open_engine(empty_url)
    await tables.write(NEW_CODE, digest=b"code")
    claims = [each.gather(CLAIM, digest=b"code", now=1) for _ in range(50) for each in (tables, other)]
    answers = await asyncio.gather(*claims)
    await other.close()
    assert [answer is not None for answer in answers].count(True) == 1


async def test_claims_of_many_rows_each_get_their_own_answer(tables):
    digests = [bytes([number]) for number in range(50)]
    for digest in digests[::2]:
        await tables.write(NEW_CODE, digest=digest)
    answers = await asyncio.gather(*(tables.gather(CLAIM, digest=digest, now=1) for digest in digests))
    assert [answer and answer["digest"] for answer in answers] == [
        digest if number % 2 == 0 else None for number, digest in enumerate(digests)
    ]


async def test_a_hundred_hits_are_told_a_hundred_totals(tables):
    answers = await asyncio.gather(*(tables.gather(HIT, key=f"k{number % 2}", hits=1) for number in range(100)))
    for key in ("k0", "k1"):
        assert sorted(answer["hits"] for answer in answers if answer["key"] == key) == list(range(1, 51))


async def test_the_last_of_many_values_stands(tables):
    await asyncio.gather(*(tables.gather(SET, key="k", hits=number) for number in range(60)))
    assert (await tables.gather(HIT, key="k", hits=1))["hits"] == 60


async def test_a_bad_row_does_not_take_its_batch_with_it(tables):
    hits = [5_000 if number == 3 else 1 for number in range(10)]
    answers = await asyncio.gather(
        *(tables.gather(HIT, key=f"k{number}", hits=amount) for number, amount in enumerate(hits)),
        return_exceptions=True,
    )
    assert [isinstance(answer, Conflict) for answer in answers] == [number == 3 for number in range(10)]
    assert [answer["hits"] for place, answer in enumerate(answers) if place != 3] == [1] * 9


async def test_a_caller_that_goes_away_does_not_break_the_batch(tables):
    calls = [asyncio.create_task(tables.gather(HIT, key="k", hits=1)) for _ in range(20)]
    await asyncio.sleep(0)
    calls[5].cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert all(answer["hits"] for place, answer in enumerate(answers) if place != 5)


rows = strategies.lists(
    strategies.fixed_dictionaries({"key": strategies.sampled_from("abcd"), "hits": strategies.integers(1, 9)}),
    min_size=1,
)


@given(rows)
def test_the_totals_of_a_batch_are_those_of_its_rows_one_after_another(given_rows):
    batch = Batch(HIT, given_rows)
    assert [row["key"] for row in batch.sent] == sorted({row["key"] for row in given_rows})
    expected, totals = [], dict.fromkeys("abcd", 100)
    for row in given_rows:
        totals[row["key"]] += row["hits"]
        expected.append(totals[row["key"]])
    answers = [{"key": key, "hits": total} for key, total in totals.items() if total > 100]
    assert [answer["hits"] for answer in batch.shared(answers)] == expected


@given(rows)
def test_a_batch_spends_a_thing_once(given_rows):
    batch = Batch(Gathered(HIT.one, HIT.many, ("key",), First()), given_rows)
    winners = [row for row, answer in zip(given_rows, batch.shared(batch.sent), strict=True) if answer is not None]
    assert sorted(row["key"] for row in winners) == sorted({row["key"] for row in given_rows})
