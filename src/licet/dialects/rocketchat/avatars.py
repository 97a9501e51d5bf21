"""`/avatar/<name>`: a picture of the first letter, for every name alike, so that nobody learns who there is."""

from html import escape
from zlib import crc32

from licet.dialects.rocketchat.provider.render import picture
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

COLOURS = ("#7a2e2e", "#7a5a2e", "#4a6b2e", "#2e6b5a", "#2e557a", "#4a3f8a", "#7a2e6b")


async def avatar(request: Request) -> Reply:
    """A square in the name's own colour with its first letter."""
    name = request.params["name"]
    letter = escape(next((character for character in name if character.isalnum()), "?").upper())
    colour = COLOURS[crc32(name.encode()) % len(COLOURS)]
    return picture(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f'<rect width="200" height="200" fill="{colour}"/>'
        '<text x="100" y="100" dy="0.36em" text-anchor="middle" font-family="sans-serif" font-size="110" '
        f'fill="#fff">{letter}</text></svg>'
    )


def routes() -> tuple[Route, ...]:
    """One route."""
    return (Route("GET", "/avatar/{name}", avatar),)
