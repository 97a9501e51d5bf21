"""Starlette."""

import orjson
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bench.floor_apps import ANSWER


async def token(request):
    form = await request.form()
    return Response(orjson.dumps({**ANSWER, "scope": form["scope"]}), media_type="application/json")


application = Starlette(routes=[Route("/oauth2/token", token, methods=["POST"])])
