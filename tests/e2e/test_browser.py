"""A person before a real browser, with the policy that is shipped: every way ends at the application.

On plain loopback with SQLite and over https with PostgreSQL; with JavaScript and without it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.e2e.browser import HERE, THERE, Application, application, certificate, launched, tls_front
from tests.e2e.server import free_port, serve
from tests.postgres import own_database

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
PRIVATE = "com.example.app:/cb"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
QUIET = {"LICET_LIMITS": "off"}
SCENES = (("http", True), ("http", False), ("https", True))
"""How we are reached, and whether the browser runs scripts."""


@dataclass
class Place:
    """Where everything is: ours as the browser and as a client reaches it, and two applications of others."""

    url: str
    direct: str
    plain: Application
    secure: Application
    browser: Browser

    def client(self) -> httpx.Client:
        """A client that goes round the TLS front."""
        return httpx.Client(base_url=self.direct, timeout=30)

    def register(self, redirect_uri: str, **metadata: object) -> dict[str, str]:
        """An application that registered itself."""
        said = {
            "client_name": "Kites",
            "redirect_uris": [redirect_uri],
            "token_endpoint_auth_method": "none",
            "post_logout_redirect_uris": [f"https://{THERE}/bye"],
            "scope": "openid profile read write",
            **metadata,
        }
        with self.client() as client:
            answer = client.post("/oauth2/register", json=said)
        assert answer.status_code == 201, answer.text
        return {**answer.json(), "redirect_uri": redirect_uri}

    def asking(self, registered: dict[str, str], **more: str) -> str:
        """Where the application sends the person."""
        said = {
            "client_id": registered["client_id"],
            "redirect_uri": registered["redirect_uri"],
            "response_type": "code",
            "scope": "openid profile read",
            "state": "a state",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **more,
        }
        return f"{self.url}/oauth2/authorize?{urlencode(said)}"

    def redeem(self, registered: dict[str, str], code: str) -> httpx.Response:
        """What the application gets for a code."""
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": registered["redirect_uri"],
            "client_id": registered["client_id"],
            "code_verifier": VERIFIER,
        }
        with self.client() as client:
            return client.post("/oauth2/token", data=said)


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Iterator[str]:
    with own_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="module")
def driver(database: str) -> Iterator[Playwright]:
    """What drives the browsers; it keeps the thread's event loop for itself, so the database is made before."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def http(driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """On plain loopback, with SQLite."""
    folder = tmp_path_factory.mktemp("http")
    with (
        application() as plain,
        application(certificate(folder)) as secure,
        serve(folder, "", environment=QUIET) as running,
        launched(driver, _names(secure.port)) as browser,
    ):
        yield Place(running.url, running.url, plain, secure, browser)


@pytest.fixture(scope="module")
def https(driver: Playwright, tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Place]:
    """Behind TLS, with PostgreSQL."""
    folder, port, issuer = tmp_path_factory.mktemp("https"), free_port(), f"https://{HERE}"
    tls = certificate(folder)
    said = {**QUIET, "LICET_ISSUER": issuer, "LICET_ORIGINS": f"http://127.0.0.1:{port}"}
    with (
        application() as plain,
        application(tls) as secure,
        tls_front(tls, port) as front,
        serve(folder, database, port=port, environment=said) as running,
        launched(driver, _names(secure.port, front)) as browser,
    ):
        yield Place(issuer, running.url, plain, secure, browser)


def _names(application_port: int, front: int = 0) -> str:
    return f"--host-resolver-rules=MAP {THERE}:443 127.0.0.1:{application_port}, MAP {HERE}:443 127.0.0.1:{front}"


@dataclass
class Person:
    """A person before a page; what the browser complained of is kept."""

    place: Place
    context: BrowserContext
    page: Page
    scripts: bool
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def sign_in(self, name: str = "alice") -> None:
        self.page.get_by_label("User name or e-mail").fill(name)
        self.page.get_by_label("Password").fill("password")
        self.page.get_by_role("button", name="Sign in").click()

    def decide(self, decision: str) -> None:
        self.page.get_by_role("button", name=decision, exact=True).click()


@pytest.fixture(params=SCENES, ids=["http, scripts", "http, no scripts", "https, scripts"])
def person(request: pytest.FixtureRequest) -> Iterator[Person]:
    """Somebody with a fresh browser, on a phone with JavaScript or at a desk without; nothing is complained of."""
    how, scripts = request.param
    place = request.getfixturevalue(how)
    context = place.browser.new_context(
        java_script_enabled=scripts, viewport=PHONE if scripts else DESK, ignore_https_errors=True
    )
    context.set_default_timeout(10_000)
    someone = Person(place, context, context.new_page(), scripts)
    someone.page.on("console", someone.hear)
    someone.page.on("pageerror", lambda error: someone.complaints.append(str(error)))
    yield someone
    context.close()
    assert someone.complaints == []


@pytest.fixture
def place(person: Person) -> Place:
    """Where the person is."""
    return person.place


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@pytest.mark.parametrize("ending", ["another origin", "loopback"])
def test_a_person_signs_in_and_allows(person: Person, place: Place, ending: str):
    uri = f"https://{THERE}/cb" if ending == "another origin" else f"http://127.0.0.1:{place.plain.port}/cb"
    kites = place.register(uri)
    person.page.goto(place.asking(kites))
    person.sign_in()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Allow access to your account?")
    person.decide("Allow")
    person.page.wait_for_url(f"{uri}?*")
    told = query(person.page.url)
    assert told == {"code": told["code"], "state": "a state", "iss": place.url}
    assert place.redeem(kites, told["code"]).status_code == 200
    # The second time nothing is asked; and a sign-in alone may end at the application, too.
    person.page.goto(place.asking(kites))
    person.page.wait_for_url(f"{uri}?*")
    person.page.goto(place.asking(kites, prompt="login"))
    person.sign_in()
    person.page.wait_for_url(f"{uri}?*")
    assert "code" in query(person.page.url)


def test_a_person_allows_an_app_with_a_scheme_of_its_own(person: Person, place: Place):
    kites = place.register(PRIVATE)
    person.page.goto(place.asking(kites))
    person.sign_in()
    with person.page.expect_event("requestfailed", lambda sent: sent.url.startswith(PRIVATE)) as sent:
        person.decide("Allow")
    told = query(sent.value.url)
    assert (told["state"], place.redeem(kites, told["code"]).status_code) == ("a state", 200)


def test_an_application_may_send_the_person_on_to_another_origin(person: Person, place: Place):
    uri = f"http://127.0.0.1:{place.plain.port}/onward"
    kites = place.register(uri)
    person.page.goto(place.asking(kites))
    person.sign_in()
    person.decide("Allow")
    person.page.wait_for_url(f"https://{THERE}/home")
    assert place.plain.visits[-1][1].startswith("/onward?code=")
    person.page.goto(place.asking(kites, prompt="login"))
    person.sign_in()
    person.page.wait_for_url(f"https://{THERE}/home")


def test_a_person_refuses(person: Person, place: Place):
    uri = f"https://{THERE}/cb"
    person.page.goto(place.asking(place.register(uri)))
    person.sign_in("bob")
    person.decide("Deny")
    person.page.wait_for_url(f"{uri}?*")
    assert query(person.page.url)["error"] == "access_denied"


@pytest.mark.parametrize("ending", ["another origin", "loopback"])
def test_an_answer_is_posted(person: Person, place: Place, ending: str):
    receiver = place.secure if ending == "another origin" else place.plain
    uri = f"https://{THERE}/posted" if receiver is place.secure else f"http://127.0.0.1:{receiver.port}/posted"
    kites = place.register(uri)
    person.page.goto(place.asking(kites, response_mode="form_post"))
    person.sign_in()
    person.decide("Allow")
    if not person.scripts:
        person.page.get_by_role("button", name="Continue").click()
    person.page.wait_for_url(uri)
    method, path, body = receiver.visits[-1]
    told = parse_qs(body)
    assert (method, path, told["state"], told["iss"]) == ("POST", "/posted", ["a state"], [place.url])
    assert place.redeem(kites, told["code"][0]).status_code == 200


def test_a_device_is_connected_by_the_code_it_shows(person: Person, place: Place):
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    lamp = place.register(f"https://{THERE}/cb", grant_types=[grant], response_types=[], redirect_uris=[])
    with place.client() as client:
        device = client.post(
            "/oauth2/device_authorization", data={"client_id": lamp["client_id"], "scope": "openid read"}
        ).json()
    person.page.goto(f"{place.url}/device")
    person.sign_in()
    person.page.get_by_label("Code").fill(device["user_code"].lower())
    person.page.get_by_role("button", name="Continue").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Connect this device?")
    person.decide("Allow")
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Connected")
    said = {"grant_type": grant, "device_code": device["device_code"], "client_id": lamp["client_id"]}
    with place.client() as client:
        assert client.post("/oauth2/token", data=said).json()["scope"] == "openid read"


def test_a_person_signs_out_where_an_application_asks(person: Person, place: Place):
    uri = f"https://{THERE}/cb"
    kites = place.register(uri)
    person.page.goto(place.asking(kites))
    person.sign_in()
    person.decide("Allow")
    person.page.wait_for_url(f"{uri}?*")
    leaving = {"client_id": kites["client_id"], "post_logout_redirect_uri": f"https://{THERE}/bye", "state": "s"}
    person.page.goto(f"{place.url}/oauth2/logout?{urlencode(leaving)}")
    person.page.get_by_role("button", name="Sign out").click()
    person.page.wait_for_url(f"https://{THERE}/bye?state=s")
    person.page.goto(place.asking(kites, prompt="none"))
    assert query(person.page.url)["error"] == "login_required"


def test_a_person_takes_back_what_they_allowed(person: Person, place: Place):
    uri = f"https://{THERE}/cb"
    kites = place.register(uri, client_name=f"Kites {person.scripts} {place.url}")
    person.page.goto(place.asking(kites))
    person.sign_in("carol")
    person.decide("Allow")
    person.page.wait_for_url(f"{uri}?*")
    person.page.goto(f"{place.url}/account/applications")
    person.page.get_by_role("button", name=f"Revoke {kites['client_name']}", exact=True).click()
    expect(person.page.get_by_text(kites["client_id"])).to_have_count(0)
    person.page.goto(place.asking(kites, prompt="none"))
    assert query(person.page.url)["error"] == "consent_required"


def test_the_cookies_are_the_hosts_own(person: Person, place: Place):
    person.page.goto(f"{place.url}/login")
    person.sign_in()
    person.page.wait_for_url(f"{place.url}/account/applications")
    secure = place.url.startswith("https:")
    prefix = "__Host-" if secure else ""
    kept = {cookie["name"]: cookie for cookie in person.context.cookies(place.url)}
    assert set(kept) == {f"{prefix}licet_browser", f"{prefix}licet_session"}
    for cookie in kept.values():
        assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, secure, "Lax", "/")


@pytest.mark.attack(117)
def test_a_form_of_another_site_does_nothing(person: Person, place: Place):
    person.page.goto(f"{place.url}/login")
    person.sign_in()
    person.page.wait_for_url(f"{place.url}/account/applications")
    person.page.goto(f"https://{THERE}/")
    form = f'<form method="post" action="{place.url}/logout"><button>Win a prize</button></form>'
    person.page.set_content(form)
    person.page.get_by_role("button").click()
    expect(person.page.get_by_role("alert")).to_have_text("The request came from another site.")
    person.complaints.clear()  # the browser's word about the refusal
    person.page.goto(f"{place.url}/account/applications")
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Your applications")


def test_a_wrong_password_is_said_where_it_is_heard(person: Person, place: Place):
    person.page.goto(f"{place.url}/login")
    person.page.get_by_label("User name or e-mail").fill("alice")
    person.page.get_by_label("Password").fill("wrong")
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_role("alert")).to_have_text("The user name or the password is wrong.")
    person.complaints.clear()  # the browser's word about the refusal
    expect(person.page.get_by_label("Password")).to_be_focused()
