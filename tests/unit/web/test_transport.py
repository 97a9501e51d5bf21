"""Writes of one turn leave together, in order, and none is lost to a close."""

import asyncio

import pytest

from licet.web.transport import LARGE, Joined


class Wire:
    """A transport that remembers what it was told."""

    def __init__(self):
        self.heard = []
        self.closing = False

    def write(self, data):
        self.heard.append(data)

    def write_eof(self):
        self.heard.append("eof")

    def close(self):
        self.heard.append("close")
        self.closing = True

    def abort(self):
        self.closing = True

    def is_closing(self):
        return self.closing


@pytest.fixture
async def wire():
    return Wire()


@pytest.fixture
async def joined(wire):
    return Joined(wire, asyncio.get_running_loop())


async def test_what_is_written_in_one_turn_leaves_in_one_piece(wire, joined):
    joined.write(b"head")
    joined.write(b"body")
    assert wire.heard == []
    await asyncio.sleep(0)
    joined.write(b"next")
    await asyncio.sleep(0)
    assert wire.heard == [b"headbody", b"next"]


@pytest.mark.parametrize("end", ["write_eof", "close"])
async def test_an_end_comes_behind_what_was_written(wire, joined, end):
    joined.write(b"last")
    getattr(joined, end)()
    await asyncio.sleep(0)
    assert wire.heard == [b"last", end.removeprefix("write_")]


async def test_much_is_not_held_back(wire, joined):
    joined.write(b"x" * LARGE)
    assert wire.heard == []
    joined.write(b"y")
    assert wire.heard == [b"x" * LARGE + b"y"]


async def test_a_connection_that_is_gone_is_written_nothing(wire, joined):
    joined.write(b"late")
    joined.abort()
    await asyncio.sleep(0)
    assert wire.heard == []
