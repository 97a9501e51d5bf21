"""The front page, and how a page says what is wrong."""

import pytest

from tests.conformance.person import Document


async def test_somebody_who_comes_with_nothing_is_shown_where_to_go(someone):
    page = await someone.visit("/")
    links = Document(page.text).links
    assert (page.status_code, Document(page.text).headings) == (200, 1)
    assert links == ["/account/applications", "/device", "/openapi"]
    assert [(await someone.visit(link)).status_code for link in links] == [200, 200, 200]


NEW = {"username": "zoe", "name": "Zoe", "email": "", "password": "long enough", "repeated": "long enough"}


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"username": "alice"}, ["username"]),
        ({"username": "z o e"}, ["username"]),
        ({"email": "alice@example.com"}, ["email"]),
        ({"password": "short"}, ["password"]),
        ({"repeated": "otherwise"}, ["password", "repeated"]),
    ],
)
async def test_what_is_wrong_is_tied_to_its_field_and_the_first_such_field_has_the_focus(someone, wrong, fields):
    page = await someone.send(await someone.visit("/login?new"), **{**NEW, **wrong})
    inputs = Document(page.text).inputs
    assert [one["name"] for one in inputs if one.get("aria-describedby") == "fault" and "aria-invalid" in one] == fields
    assert [one["name"] for one in inputs if "autofocus" in one] == fields[:1]
    assert '<p id="fault" class="fault" role="alert">' in page.text


async def test_a_wrong_password_is_tied_to_both_fields_and_a_wrong_code_to_its_own(someone):
    page = await someone.sign_in(await someone.visit("/login?to=device"), "alice", "wrong")
    described = [one["name"] for one in Document(page.text).inputs if one.get("aria-describedby") == "fault"]
    assert described == ["username", "password"]
    page = await someone.send(await someone.sign_in(page), user_code="BCDF-GHJK")
    described = [one["name"] for one in Document(page.text).inputs if one.get("aria-describedby") == "fault"]
    assert (page.status_code, described) == (400, ["user_code"])
