"""Licet's own wall, which brings its server: PORT, and --quiet to leave the access line out."""

import logging
import sys

from bench.floor_apps import ANSWER
from licet.web.application import Application
from licet.web.edge import Edge
from licet.web.lifespan import Lifespan
from licet.web.problem import render
from licet.web.reply import Reply
from licet.web.route import Route, Surface
from licet.web.server import bind, serve


class Running:
    def __init__(self, port):
        surface = Surface("bench", ("/",), (Route("POST", "/oauth2/token", token),), render)
        self.application = Application([surface], Edge([f"http://127.0.0.1:{port}"]))

    async def close(self):
        pass


async def token(request):
    return Reply.json({**ANSWER, "scope": request.form()["scope"]})


def main(port):
    async def start():
        return Running(port)

    if "--quiet" in sys.argv:
        logging.getLogger("licet.access").setLevel(logging.WARNING)
    serve(Lifespan(start), bind("127.0.0.1", port))


if __name__ == "__main__":
    main(int(sys.argv[1]))
