"""A person with a browser: cookies, forms that are filled in as they stand, redirects that are followed by hand."""

from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from tests.conformance.protocol import CALLBACK, CHALLENGE, App
from tests.contract.dialects.house import ORIGIN, House

AUTHORIZE = "/oauth2/authorize"
PASSWORD = "password"


@dataclass
class Form:
    """A form as it stands: its fields with their values, and its buttons by name and value."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Document(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.labels: set[str] = set()
        self.inputs: list[dict[str, str | None]] = []
        self.headings = 0
        self.alerts = 0
        self.scripts = 0
        self.refresh = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.alerts += said.get("role") == "alert"
        self.headings += tag == "h1"
        self.scripts += tag == "script"
        match tag:
            case "form":
                self.forms.append(Form(said["action"] or "", said["method"] or "get"))
            case "input":
                self.inputs.append(said)
                self.forms[-1].fields[said["name"] or ""] = said.get("value") or ""
            case "button":
                self.forms[-1].buttons.append((said.get("name") or "", said.get("value") or ""))
            case "label":
                self.labels.add(said["for"] or "")
            case "a":
                self.links.append(said["href"] or "")
            case "meta" if said.get("http-equiv") == "refresh":
                self.refresh = (said["content"] or "").removeprefix("0;url=")


@dataclass
class Person:
    """One browser, and whoever sits before it."""

    house: House
    client: httpx.AsyncClient

    async def get(self, url: str, **headers: str) -> httpx.Response:
        return await self.client.get(url, headers=headers)

    async def post(self, path: str, fields: Mapping[str, str], **headers: str) -> httpx.Response:
        """A form of our own site, unless the headers say otherwise."""
        return await self.client.post(path, data=dict(fields), headers={"origin": ORIGIN, **headers})

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        """Go where we are sent, as long as that is on this site."""
        for _ in range(10):
            location = answer.headers.get("location") or Document(answer.text).refresh
            if not location.startswith("/"):
                return answer
            answer = await self.get(location)
        raise AssertionError(f"sent round in circles, last to {location}")

    async def visit(self, url: str) -> httpx.Response:
        return await self.follow(await self.get(url))

    async def send(self, page: httpx.Response, **fields: str) -> httpx.Response:
        """Fill in the page's form and send it; what it leads to."""
        form = Document(page.text).forms[0]
        return await self.follow(await self.post(form.action, {**form.fields, **fields}))

    async def sign_in(self, page: httpx.Response, name: str = "alice", password: str = PASSWORD) -> httpx.Response:
        return await self.send(page, username=name, password=password)

    async def signed_in(self, name: str = "alice") -> "Person":
        """The same person, signed in."""
        answer = await self.sign_in(await self.visit("/login"), name)
        assert answer.status_code == 200, answer.text
        return self

    async def allowed(self, app: App, name: str = "alice", **parameters: str) -> dict[str, str]:
        """The whole way: sign in where asked, allow where asked; what the application is told."""
        page = await self.visit(asking(app, **parameters))
        if page.url.path == "/login":
            page = await self.sign_in(page, name)
        if page.url.path == "/consent":
            page = await self.send(page, decision="allow")
        return told(page)


@asynccontextmanager
async def person(house: House) -> Iterator[Person]:
    """Somebody with a browser of their own."""
    transport = httpx.ASGITransport(app=house.instance.application, client=("127.0.0.1", 50_001))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield Person(house, client)


def asking(app: App, **parameters: Any) -> str:
    """The address that an application sends a person to; a parameter that is None is left out."""
    usual = {
        "client_id": app.client_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "state": "a state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    said = {name: value for name, value in {**usual, **parameters}.items() if value is not None}
    return f"{AUTHORIZE}?{urlencode(said, doseq=True)}"


def told(answer: httpx.Response) -> dict[str, str]:
    """What the redirect to the application says."""
    assert answer.status_code == 303, (answer.status_code, answer.text)
    location = urlsplit(answer.headers["location"])
    return dict(parse_qsl(location.query, strict_parsing=True))
