"""Falcon."""

import orjson
from falcon.asgi import App

from bench.floor_apps import ANSWER


class Token:
    async def on_post(self, request, response):
        form = await request.get_media()
        response.content_type = "application/json"
        response.data = orjson.dumps({**ANSWER, "scope": form["scope"]})


application = App()
application.add_route("/oauth2/token", Token())
