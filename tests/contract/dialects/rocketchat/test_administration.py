"""The console page of applications, and pictures of people."""

import html
import re
from collections.abc import AsyncIterator

import pytest

from tests.conformance.person import Document, Person, person
from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.authorizing import CALLBACK
from tests.contract.dialects.rocketchat.scene import created, get, shown

PAGE = "/admin/third-party-login"


@pytest.fixture
async def admin(house: House) -> AsyncIterator[Person]:
    async with person(house) as one:
        yield await one.signed_in("admin")


def worded(answer) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", answer.text)))


async def test_who_is_not_signed_in_signs_in_and_comes_back(house: House):
    async with person(house) as somebody:
        page = await somebody.sign_in(await somebody.visit(PAGE), "admin")
        assert (page.status_code, page.url.path) == (200, PAGE)
        assert "Third-party login" in worded(page)


async def test_the_page_is_for_managers(house: House):
    async with person(house) as somebody:
        await somebody.signed_in("bob")
        assert (await somebody.get(PAGE)).status_code == 403
        answer = await somebody.post(PAGE, {"name": "x", "redirectUri": CALLBACK})
        assert answer.status_code == 403


async def test_an_application_is_made_changed_and_deleted_by_hand(house: House, admin: Person):
    page = await admin.visit(PAGE)
    page = await admin.send(
        page, name="By hand", redirectUri=f"{CALLBACK}\r\nhttps://b.example/cb", active="on", do="save"
    )
    text = worded(page)
    assert "Application added" in text
    [made] = [one for one in (await get(house, "oauth-apps.list")).json()["oauthApps"] if one["name"] == "By hand"]
    assert made["redirectUri"] == f"{CALLBACK},https://b.example/cb"
    for value in (
        made["clientId"],
        made["clientSecret"],
        "http://127.0.0.1:8000/oauth/authorize",
        "http://127.0.0.1:8000/oauth/token",
    ):
        assert value in text
    assert text.count("By hand") == 1
    page = await admin.send(page, name="By another hand", redirectUri=CALLBACK, do="save")
    assert "Application updated" in worded(page)
    assert (await shown(house, made["_id"]))["name"] == "By another hand"
    page = await admin.send(page, do="delete")
    assert "Your entry has been deleted." in worded(page)
    assert "By another hand" not in worded(page)
    assert (await get(house, f"oauth-apps.get?_id={made['_id']}")).json()["error"] == "OAuth app not found."


@pytest.mark.parametrize(
    ("name", "uri", "fault"),
    [
        ("", CALLBACK, "Name required"),
        ("  ", "", "Name required"),
        ("n", "", "Redirect URI required"),
        ("n", " \r\n , ", "Redirect URI required"),
        ("n", "javascript:alert(1)", "redirect"),
    ],
)
async def test_what_lacks_is_said_and_what_was_typed_stays(
    house: House, admin: Person, name: str, uri: str, fault: str
):
    before = len((await get(house, "oauth-apps.list")).json()["oauthApps"])
    page = await admin.send(await admin.visit(PAGE), name=name, redirectUri=uri, active="on", do="save")
    assert page.status_code == 200
    assert fault in worded(page)
    assert Document(page.text).alerts == 1
    assert len((await get(house, "oauth-apps.list")).json()["oauthApps"]) == before


@pytest.mark.attack(108, 117)
async def test_only_a_form_of_this_page_is_taken(house: House, admin: Person):
    made = await created(house)
    fields = dict(Document((await admin.get(f"{PAGE}?app={made['_id']}")).text).forms[0].fields)
    assert (await admin.post(PAGE, {**fields, "form": "x", "do": "delete"})).status_code == 400
    assert (await admin.post(PAGE, {**fields, "do": "delete"}, origin="https://evil.example")).status_code == 403
    async with person(house) as stranger:
        await stranger.signed_in("admin")
        assert (await stranger.post(PAGE, {**fields, "do": "delete"})).status_code == 400
    assert (await shown(house, made["_id"]))["name"] == made["name"]


@pytest.mark.attack(58)
async def test_a_name_is_text(house: House, admin: Person):
    await created(house, name="<b>bold</b>")
    assert "<b>bold" not in (await admin.get(PAGE)).text


async def test_the_list_has_every_application_on_pages_of_a_hundred(house: House, admin: Person):
    made = {(await created(house, name=f"Page {number}"))["clientId"] for number in range(105)}
    listed = {one["clientId"] for one in (await get(house, "oauth-apps.list")).json()["oauthApps"]}
    first = await admin.visit(PAGE)
    [older] = re.findall(r'<a href="([^"]*)">Older applications</a>', first.text)
    second = await admin.visit(html.unescape(older))
    assert "Older applications" not in second.text
    seen = [re.findall(r"<td><code>([^<]+)</code>", page.text) for page in (first, second)]
    assert len(seen[0]) == 100
    assert made <= listed
    assert sorted(seen[0] + seen[1]) == sorted(listed)


async def test_a_page_that_is_nowhere_in_the_list_is_refused_or_is_its_beginning(admin: Person):
    assert (await admin.get(f"{PAGE}?behind=word.7.x")).status_code == 400
    assert (await admin.get(f"{PAGE}?behind=x")).status_code == 200


async def test_an_unknown_application_is_not_found(admin: Person):
    assert (await admin.get(f"{PAGE}?app=7a8912de18ead32b53e40fb7")).status_code == 404


@pytest.mark.attack(98)
async def test_everybody_has_a_picture_also_who_is_not_there(house: House):
    there, nowhere = [await house.call("GET", f"/avatar/{name}") for name in ("admin", "nobody")]
    for answer, letter in ((there, ">A<"), (nowhere, ">N<")):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/svg+xml"
        assert letter in answer.text
    assert (await house.call("GET", "/avatar/%3Cscript%3E")).text.count("script") == 0
    assert ">?<" in (await house.call("GET", "/avatar/%3C%3E")).text
