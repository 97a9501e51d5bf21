"""A person before a real browser at Rocket.Chat's pages, under the shipped policy, with scripts and without."""

import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from rocketchat_API.rocketchat import RocketChat

from tests.e2e.browser import Application, application, launched
from tests.e2e.server import Served


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    with sync_playwright() as driver, launched(driver) as browser:
        yield browser.new_context(java_script_enabled=request.param).new_page()


@pytest.fixture
def away() -> Iterator[Application]:
    with application() as listening:
        yield listening


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Sign in").click()


def arrived(away: Application, count: int) -> bool:
    """Whether the browser came back with a code so many times; it is asked until then."""
    end = time.monotonic() + 20
    while len([path for _, path, _ in away.visits if path.startswith("/cb?code=")]) < count:
        assert time.monotonic() < end, away.visits
    return True


def test_a_person_authorizes_an_application_and_is_passed_through_later(served: Served, page: Page, away: Application):
    admin = RocketChat("admin", "password", server_url=served.url)
    callback = f"http://127.0.0.1:{away.port}/cb"
    made = admin.call_api_post("oauth-apps.create", name="Browsed", active=True, redirectUri=callback)["application"]
    query = {"client_id": made["clientId"], "redirect_uri": callback, "response_type": "code", "state": "s"}
    page.goto(f"{served.url}/oauth/authorize?{urlencode(query)}")
    sign_in(page, "bob")
    expect(page.get_by_text("full access")).to_be_visible()
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("heading", name="The application")).to_be_visible()
    assert arrived(away, 1)
    page.goto(f"{served.url}/oauth/authorize?{urlencode(query)}")
    onward = page.get_by_role("button", name="Continue")
    if onward.is_visible():
        onward.click()
    expect(page.get_by_role("heading", name="The application")).to_be_visible()
    assert arrived(away, 2)
    admin.call_api_post("oauth-apps.delete", appId=made["_id"])


def test_an_administrator_looks_after_an_application_by_hand(served: Served, page: Page):
    page.goto(f"{served.url}/admin/third-party-login")
    sign_in(page, "admin")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Name required")).to_be_visible()
    page.get_by_label("Application name").fill("By hand")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Redirect URI required")).to_be_visible()
    page.get_by_label("Redirect URI").fill("https://a.example/cb\nhttps://b.example/cb")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Application added")).to_be_visible()
    expect(page.get_by_role("link", name="By hand")).to_have_count(1)
    expect(page.get_by_text(f"{served.url}/oauth/authorize")).to_be_visible()
    # On a phone every column keeps room for words.
    page.set_viewport_size({"width": 360, "height": 780})
    places = [cell.bounding_box() for cell in page.get_by_role("row").first.get_by_role("columnheader").all()]
    assert [place is not None and place["width"] > 50 for place in places] == [True, True, True]
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Your entry has been deleted.")).to_be_visible()
    expect(page.get_by_role("link", name="By hand")).to_have_count(0)
