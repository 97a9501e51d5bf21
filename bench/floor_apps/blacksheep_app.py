"""BlackSheep."""

import orjson
from blacksheep import Application, Content, Response

from bench.floor_apps import ANSWER

application = Application()


@application.router.post("/oauth2/token")
async def token(request):
    form = await request.form()
    return Response(200, content=Content(b"application/json", orjson.dumps({**ANSWER, "scope": form["scope"]})))
