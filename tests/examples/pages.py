"""A person who signs in and allows an application what it asks for, on the standard pages."""

from urllib.parse import parse_qs, urlsplit

import httpx

from tests.conformance.person import Document


def allowed(http: httpx.Client, url: str, name: str = "alice") -> str:
    """The authorization code that the application is sent; `url` is where it sends the person."""
    with httpx.Client(base_url=http.base_url) as browser:
        page = _follow(browser, browser.get(url))
        for fields in ({"username": name, "password": "password"}, {"decision": "allow"}):
            form = Document(page.text).forms[0]
            origin = {"Origin": str(http.base_url).rstrip("/")}
            page = _follow(browser, browser.post(form.action, data={**form.fields, **fields}, headers=origin))
    return parse_qs(urlsplit(page.headers["location"]).query)["code"][0]


def _follow(browser: httpx.Client, answer: httpx.Response) -> httpx.Response:
    while (location := answer.headers.get("location") or Document(answer.text).refresh).startswith("/"):
        answer = browser.get(location)
    return answer
