"""A running instance, reached over HTTP with a personal access token or a session's."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Self
from urllib.parse import SplitResult, urlsplit

import click
import orjson

from licet import __version__
from licet.cli.door import Answer, written
from licet.cli.output import printable
from licet.cli.render import Stopped, judged
from licet.dialects.native.session import PATH as SESSION
from licet.settings import LOOPBACK

SECONDS = 60.0
CONNECTIONS = {"http": HTTPConnection, "https": HTTPSConnection}


class Outside:
    """The native API of an instance; `url` is its origin. Follows no redirect, so that no other host gets the token."""

    def __init__(self, url: str, token: str) -> None:
        self._at = _origin(url)
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise click.UsageError("the token is not one: it is one word of ASCII characters")
        self._token = token

    def call(
        self, method: str, path: str, *, query: Mapping[str, object] | None = None, body: object = None, etag: str = ""
    ) -> Answer:
        """One request on a connection of its own (ClickException, Stopped)."""
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self._token}",
            "User-Agent": f"licet/{__version__}",
            **({"Content-Type": "application/json"} if body is not None else {}),
            **({"If-Match": etag} if etag else {}),
        }
        target = self._at.path.rstrip("/") + path + (f"?{written(query)}" if query else "")
        connection = CONNECTIONS[self._at.scheme](self._at.netloc, timeout=SECONDS)
        try:
            connection.request(method, target, None if body is None else orjson.dumps(body), headers)
            response = connection.getresponse()
            sent = response.read()
        except (OSError, HTTPException) as fault:
            why = printable(str(fault)) or type(fault).__name__
            raise Stopped(f"{self._at.geturl()} cannot be reached: {why}") from fault
        finally:
            connection.close()
        return Answer(judged(response.status, response.headers.get_content_type(), sent), response.headers["etag"])

    def on_behalf_of(self, user: str | None) -> Self:
        """The token's own user alone (ClickException)."""
        if user is None:
            return self
        own = self.call("GET", SESSION).document["user"]
        if user.casefold() not in {own["id"], own["username"].casefold()}:
            raise click.ClickException(
                f"with --url this is for the token's own user, {printable(own['username'])}, alone"
            )
        return self


def _origin(url: str) -> SplitResult:
    wrong = click.UsageError(f"--url: {printable(url)} is not a URL such as https://id.example")
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname, parts.port
    except ValueError:  # half a bracket, a port of letters
        raise wrong from None
    if parts.scheme not in CONNECTIONS or not name or parts.query or parts.fragment or parts.username:
        raise wrong
    if parts.scheme == "http" and name not in LOOPBACK:
        raise click.UsageError("--url: over plain http everybody on the way could read the token; use https")
    return parts
