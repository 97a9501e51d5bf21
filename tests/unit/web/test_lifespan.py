"""A worker's life: made on its own loop, told to the server, let go at the end."""

from licet.web.application import Application
from licet.web.edge import Edge
from licet.web.lifespan import Lifespan
from tests.unit.web.driver import call


class Running:
    def __init__(self):
        self.application = Application([], Edge(["http://licet.test"]))
        self.closed = 0

    async def close(self):
        self.closed += 1


async def live(lifespan, meanwhile=None):
    said = []

    async def receive():
        if said and meanwhile is not None:
            await meanwhile()
        return {"type": "lifespan.shutdown" if said else "lifespan.startup"}

    async def send(message):
        said.append(message["type"])

    await lifespan({"type": "lifespan"}, receive, send)
    return said


async def test_what_was_started_answers_and_is_closed_once():
    running = Running()

    async def start():
        return running

    async def meanwhile():
        assert (await call(lifespan, "GET", "/")).status == 404
        assert running.closed == 0

    lifespan = Lifespan(start)
    assert await live(lifespan, meanwhile) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert running.closed == 1


async def test_a_start_that_fails_is_told_to_the_server(caplog):
    async def start():
        raise OSError("no database")

    assert await live(Lifespan(start)) == ["lifespan.startup.failed"]
    assert "no database" in caplog.text
