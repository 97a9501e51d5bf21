"""A person before a real browser at Teable's pages, under the shipped policy, with scripts and without."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.browser import THERE, application, certificate, launched
from tests.e2e.server import Served


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_application_may_send_the_person_on_to_another_origin(served: Served, tmp_path: Path, scripts: bool):
    with (
        application() as plain,
        application(certificate(tmp_path)) as secure,
        sync_playwright() as driver,
        launched(driver, f"--host-resolver-rules=MAP {THERE}:443 127.0.0.1:{secure.port}") as browser,
    ):
        page = browser.new_context(java_script_enabled=scripts, ignore_https_errors=True).new_page()
        page.goto(f"{served.url}/auth/login?redirect=/setting/oauth-app")
        page.get_by_label("E-mail").fill("carol@example.com")
        page.get_by_label("Password").fill("password")
        page.get_by_role("button", name="Sign in").click()
        callback = f"http://127.0.0.1:{plain.port}/onward"
        page.get_by_label("Name", exact=True).fill("Onward")
        page.get_by_label("Home page").fill("https://onward.example")
        page.get_by_label("Redirect URI").fill(callback)
        page.get_by_label("Scopes").fill("table|read")
        page.get_by_role("button", name="Register", exact=True).click()
        mine = page.locator("section", has_text=callback)
        client_id = mine.locator("input[name=client_id]").first.get_attribute("value")
        asked = {"client_id": client_id or "", "response_type": "code", "redirect_uri": callback, "state": "s"}
        page.goto(f"{served.url}/api/oauth/authorize?{urlencode(asked)}")
        page.get_by_role("button", name="Allow").click()
        page.wait_for_url(f"https://{THERE}/home", timeout=10_000)
        assert plain.visits[-1][1].startswith("/onward?code=")
        page.goto(f"{served.url}/setting/oauth-app")
        page.get_by_role("button", name="Delete Onward").click()
