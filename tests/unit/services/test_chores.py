"""Chores go on whatever happens, and the log stays readable."""

import asyncio

import pytest

from licet.errors import StoreUnavailable
from licet.services import chores


class Over(BaseException):
    """The chore's world has ended."""


async def told_of(outcomes, caplog, monkeypatch):
    """What is logged while a chore ends in one way after another."""
    monkeypatch.setattr(chores, "PAUSE", 0)
    left = iter([*outcomes, Over()])

    async def chore():
        outcome = next(left)
        if outcome is not None:
            raise outcome

    with pytest.raises(Over):
        await chores.again("counting", chore)
    return [(record.getMessage(), record.exc_info is not None) for record in caplog.records]


async def test_a_database_that_is_away_is_told_of_once_each_time(caplog, monkeypatch):
    away = StoreUnavailable("connection refused")
    told = await told_of([away, away, away, None, None, away, away], caplog, monkeypatch)
    assert told == [("while counting, which waits for the database: connection refused", False)] * 2


async def test_any_other_failure_is_told_of_with_its_trace_and_does_not_end_the_chore(caplog, monkeypatch):
    told = await told_of([KeyError("a"), None, KeyError("b")], caplog, monkeypatch)
    assert told == [("while counting", True)] * 2


async def test_a_chore_ends_when_it_is_cancelled():
    begun = asyncio.Event()

    async def chore():
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(chores.again("counting", chore))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
