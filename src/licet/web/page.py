"""How a page looks, whichever room shows it: one layout, one style sheet, one policy, no scripts but what is named."""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from licet.domain.redirect_uri import host
from licet.web.reply import Pair, Reply

if TYPE_CHECKING:
    from jinja2 import Environment

_FILES = files("licet.web").joinpath("templates")
STYLE, ICON = (_FILES.joinpath(name).read_text("utf-8") for name in ("style.css", "icon.svg"))
STYLE_PATH, ICON_PATH = "/account/style.css", "/account/icon.svg"

SOMEWHERE_SAFE = "https:"
"""For `ends_at`: browsers hold every redirect that follows a form to its page's policy, the application's own too."""

_NAMED_HOST = re.compile(r"127\.0\.0\.1|(?![0-9.]+\Z)[A-Za-z0-9.-]+")
"""Hosts that a source of a policy can name (CSP level 3 section 2.3.1): no other address, and no underscore."""


class Pages:
    """The templates of one room, over the layout that all rooms share."""

    def __init__(self, package: str) -> None:
        self._package = package

    @cached_property
    def _templates(self) -> "Environment":
        from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - delays a start

        made = Environment(
            loader=ChoiceLoader([PackageLoader(self._package), PackageLoader("licet.web")]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.globals.update(style=_versioned(STYLE_PATH, STYLE), icon=_versioned(ICON_PATH, ICON))
        return made

    def page(
        self, template: str, status: int = 200, *, ends_at: Iterable[str] = (), script: str = "", **values: object
    ) -> Reply:
        """A page; every value is escaped. `ends_at`: redirect URIs to which sending its forms may lead."""
        text = self._templates.get_template(template).render(script=script, **values)
        return Reply.html(text, status, headers(ends_at, script))

    def framing(self, template: str, frames: Iterable[str], to: str | None) -> Reply:
        """A page that loads other sites' pages, as far as a policy can name where they are, and leads on."""
        named = {frame: origin for frame in frames if "//" in (origin := source(frame))}
        origins = " ".join(dict.fromkeys(named.values()))
        reply = self.page(template, frames=tuple(named), to=to)
        policy = dict(reply.headers)["content-security-policy"]
        return reply.with_headers([("content-security-policy", f"frame-src {origins}; {policy}" if named else policy)])


def _versioned(path: str, text: str) -> str:
    """The address of a file that browsers keep, another one whenever the file is."""
    return f"{path}?v={sha256(text.encode()).hexdigest()[:12]}"


def headers(ends_at: Iterable[str] = (), script: str = "") -> tuple[Pair, ...]:
    """What every page carries."""
    # Browsers hold every redirect after a form's submission to `form-action`, the last one to the client included.
    targets = " ".join(dict.fromkeys(("'self'", *map(source, ends_at))))
    scripts = f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'; " if script else ""
    policy = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; {scripts}"
        f"form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
    )
    return (
        ("content-security-policy", policy),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        # Under no-referrer a browser posts a form with `Origin: null`, which no same-site rule can tell from a foreign
        # one; nothing is told to another origin either way.
        ("referrer-policy", "same-origin"),
    )


def source(redirect_uri: str) -> str:
    """A redirect URI's origin as a policy names it; the scheme alone where it has no origin, or none to be named."""
    scheme, _, rest = redirect_uri.partition(":")
    authority = re.split("[/?]", rest.removeprefix("//"), maxsplit=1)[0]
    if scheme.lower() in {"http", "https"} and _NAMED_HOST.fullmatch(host(redirect_uri) or ""):
        return f"{scheme.lower()}://{authority}"
    return f"{scheme.lower()}:"
