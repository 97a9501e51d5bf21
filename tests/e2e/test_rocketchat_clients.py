"""Clients that people use with Rocket.Chat, unchanged, against a real process: its Python client, its own REST client,
and a site that signs people in by passport-oauth2."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from rocketchat_API.APIExceptions.RocketExceptions import RocketApiException, RocketAuthenticationException
from rocketchat_API.rocketchat import RocketChat

from tests import node
from tests.e2e.server import Served, free_port

PASSWORD = "password"
HEX = "[0-9a-f]{64}"


@pytest.fixture(scope="session")
def runtime() -> node.Node:
    return node.node()


def chat(served: Served, name: str) -> RocketChat:
    """The Python client, signed in."""
    return RocketChat(name, PASSWORD, server_url=served.url)


class Forms(HTMLParser):
    """The first form of a page with its fields, and where the page leads on to by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.onward = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.action = self.action or said["action"] or ""
        elif tag == "input":
            self.fields.setdefault(said["name"] or "", said.get("value") or "")
        elif tag == "meta" and said.get("http-equiv") == "refresh":
            self.onward = (said["content"] or "").removeprefix("0;url=")


@dataclass
class Person:
    """Somebody with a browser, which keeps cookies and follows what it is told."""

    served: Served
    browser: httpx.Client
    name: str

    def goes(self, url: str) -> httpx.Response:
        return self._onward(self.browser.get(url))

    def sends(self, page: httpx.Response, **fields: str) -> httpx.Response:
        form = Forms(page.text)
        origin = {"origin": self.served.url}
        return self._onward(
            self.browser.post(str(page.url.join(form.action)), data={**form.fields, **fields}, headers=origin)
        )

    def signs_in(self, page: httpx.Response) -> httpx.Response:
        return self.sends(page, username=self.name, password=PASSWORD)

    def _onward(self, answer: httpx.Response) -> httpx.Response:
        onward = Forms(answer.text).onward if "html" in answer.headers["content-type"] else ""
        return self.goes(str(answer.url.join(onward))) if onward else answer


@pytest.fixture
def bob(served: Served) -> Iterator[Person]:
    with httpx.Client(follow_redirects=True, timeout=30) as browser:
        yield Person(served, browser, "bob")


@dataclass(frozen=True)
class Site:
    """A site that signs people in by passport-oauth2."""

    url: str

    @property
    def login(self) -> str:
        return f"{self.url}/login"

    def refreshed(self, tokens: dict[str, Any]) -> dict[str, Any] | None:
        """The next tokens, which passport's library asks for; None when it was refused."""
        answer = httpx.get(f"{self.url}/refresh", params={"token": tokens["refreshToken"]}, timeout=30)
        return answer.json() if answer.status_code == httpx.codes.OK else None


@contextmanager
def site(runtime: node.Node, served: Served, port: int, application: dict[str, str], *more: str) -> Iterator[Site]:
    arguments = [served.url, application["clientId"], application["clientSecret"], str(port), *more]
    command = [runtime.program, str(node.CLIENTS / "rocketchat_passport.mjs"), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield Site(f"http://127.0.0.1:{port}")
        finally:
            process.communicate()


def registered(admin: RocketChat, port: int) -> dict[str, str]:
    uri = f"http://127.0.0.1:{port}/cb"
    return admin.call_api_post("oauth-apps.create", name="Passport", active=True, redirectUri=uri)["application"]


def test_the_python_client_administers_applications(served: Served):
    admin = chat(served, "admin")
    assert admin.call_api_get("me")["username"] == "admin"
    wanted = {"name": "By Python", "active": True, "redirectUri": "https://python.example/cb"}
    created = admin.call_api_post("oauth-apps.create", **wanted)
    application = created["application"]
    assert (created["success"], application["name"]) == (True, "By Python")
    assert application in admin.call_api_get("oauth-apps.list")["oauthApps"]
    assert admin.call_api_get("oauth-apps.get", clientId=application["clientId"])["oauthApp"] == application
    changed = {"appId": application["_id"], **wanted, "name": "Changed"}
    updated = admin.call_api_post("oauth-apps.update", **changed)
    assert (updated["success"], updated["name"], updated["clientSecret"]) == (
        True,
        "Changed",
        application["clientSecret"],
    )
    with pytest.raises(RocketApiException, match=r"error-invalid-name"):
        admin.call_api_post("oauth-apps.update", **{**changed, "name": ""})
    assert admin.call_api_post("oauth-apps.delete", appId=application["_id"]) is True
    with pytest.raises(RocketApiException, match=r"error-application-not-found"):
        admin.call_api_post("oauth-apps.delete", appId=application["_id"])
    assert admin.logout()["status"] == "success"
    with pytest.raises(RocketApiException, match=r"You must be logged in to do this\."):
        admin.call_api_get("me")


def test_the_python_client_hears_of_a_wrong_password(served: Served):
    with pytest.raises(RocketAuthenticationException):
        RocketChat("admin", "wrong", server_url=served.url)


def test_the_products_own_client_administers_applications(served: Served, runtime: node.Node):
    said = json.loads(runtime.run("rocketchat_api_client.mjs", served.url, "admin", PASSWORD))
    application = said["created"]["application"]
    assert said["me"]["username"] == "admin"
    assert said["listed"] == [application]
    assert said["got"] == {"oauthApp": application, "success": True}
    assert (said["updated"]["name"], said["updated"]["active"]) == ("Changed by the client", False)
    assert said["incomplete"] == [
        400,
        {
            "success": False,
            "error": "must have required property 'appId' [invalid-params]",
            "errorType": "invalid-params",
        },
    ]
    assert said["deleted"] is True
    assert said["gone"] == [400, {"success": False, "error": "OAuth app not found."}]
    assert re.fullmatch("[A-Za-z0-9_-]{43}", said["token"]["token"])
    assert said["tokens"][0]["lastTokenPart"] == said["token"]["token"][-6:]
    assert said["removed"] == {"success": True}
    assert said["left"]["status"] == "success"
    assert said["after"][0] == 401


@pytest.mark.parametrize("more", [(), ("pkce",)], ids=["secret", "secret and pkce"])
def test_a_site_signs_people_in_by_passport(served: Served, runtime: node.Node, bob: Person, more: tuple[str, ...]):
    admin, port = chat(served, "admin"), free_port()
    application = registered(admin, port)
    with site(runtime, served, port, application, *more) as here:
        consent = bob.signs_in(bob.goes(here.login))
        assert consent.url.path == "/oauth/authorize"
        found = bob.sends(consent).json()
        assert re.fullmatch(HEX, found["accessToken"])
        assert re.fullmatch(HEX, found["refreshToken"])
        assert (found["params"]["token_type"], found["params"]["expires_in"]) == ("Bearer", 3600)
        assert found["profile"]["preffered_username"] == "bob"
        passed = bob.goes(here.login)
        assert bob.sends(passed).json()["profile"] == found["profile"]
    admin.call_api_post("oauth-apps.delete", appId=application["_id"])


def bearer(served: Served, token: str) -> RocketChat:
    """The Python client with an access token in the place of a login."""
    client = RocketChat(server_url=served.url)
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def opens(served: Served, token: str) -> bool:
    try:
        return bool(bearer(served, token).call_api_get("me")["success"])
    except RocketApiException:
        return False


def until(happens: Callable[[], bool]) -> None:
    """Ask until a change of an application has come round: half a second is promised, a busy machine gets more."""
    end = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < end


def test_the_whole_life_of_an_application(served: Served, runtime: node.Node, bob: Person):
    admin, port = chat(served, "admin"), free_port()
    application = registered(admin, port)
    settings = {"appId": application["_id"], "name": "Passport", "redirectUri": application["redirectUri"]}
    with site(runtime, served, port, application) as here:
        first = bob.sends(bob.signs_in(bob.goes(here.login))).json()
        second = here.refreshed(first)
        assert not opens(served, first["accessToken"])
        member = bearer(served, second["accessToken"])
        assert application["clientId"] in member.call_api_get("me")["oauth"]["authorizedClients"]
        with pytest.raises(RocketApiException, match=r"error-unauthorized"):
            member.call_api_get("oauth-apps.list")
        admin.call_api_post("oauth-apps.update", **settings, active=False)
        until(lambda: bob.goes(here.login).url.path == "/oauth/error/404")
        assert not opens(served, second["accessToken"])
        assert here.refreshed(second) is None
        admin.call_api_post("oauth-apps.update", **settings, active=True)
        until(lambda: opens(served, second["accessToken"]))
        third = here.refreshed(second)
        assert bearer(served, third["accessToken"]).call_api_post("logout")["status"] == "success"
        assert not opens(served, third["accessToken"])
        fourth = here.refreshed(third)
        assert admin.call_api_post("oauth-apps.delete", appId=application["_id"]) is True
        until(lambda: not opens(served, fourth["accessToken"]))
        assert here.refreshed(fourth) is None
