"""The page of the user code: who types it owns it, who follows a link has decided nothing."""

import asyncio
from collections import Counter

import pytest

from tests.conformance.person import Document
from tests.conformance.protocol import DEVICE, DEVICE_CODE

UNKNOWN = "This code is not known, or it has expired."


async def begun(web, **more):
    return (await web.post(DEVICE, {"scope": "openid read", **more})).json()


async def poll(web, device):
    return await web.post("/oauth2/token", {"grant_type": DEVICE_CODE, "device_code": device["device_code"]})


async def entered(someone, device):
    """The page that asks for a yes, for somebody who typed the code."""
    return await someone.send(await someone.visit("/device"), user_code=device["user_code"])


@pytest.mark.rfc(8628, "3.3")
async def test_who_types_the_code_and_says_yes_connects_the_device(someone, web, house):
    device = await begun(web)
    page = await someone.visit("/device")
    assert page.url.path == "/login"
    page = await someone.sign_in(page)
    assert page.url.path == "/device"
    page = await someone.send(page, user_code=f" {device['user_code'].lower().replace('-', ' ')} ")
    assert page.url.path == "/device/confirm"
    page = await someone.send(page, decision="allow")
    assert "Connected" in page.text
    house.clock.pass_(seconds=5)
    assert (await poll(web, device)).json()["scope"] == "openid read"


@pytest.mark.rfc(8628, "3.3")
async def test_a_no_is_heard_by_the_device(someone, web):
    device = await begun(web)
    await someone.signed_in()
    page = await someone.send(await entered(someone, device), decision="deny")
    assert "Not connected" in page.text
    assert (await poll(web, device)).json()["error"] == "access_denied"


async def test_a_yes_that_came_too_late_is_no_consent(someone, web, house, monkeypatch):
    device = await begun(web)
    await someone.signed_in()
    page, decide = await entered(someone, device), house.store.devices.decide

    async def late(user_code, *, consent, **more):
        assert await decide(user_code, consent=None, **more)
        return await decide(user_code, consent=consent, **more)

    with monkeypatch.context() as patched:
        patched.setattr(house.store.devices, "decide", late)
        assert (await someone.send(page, decision="allow")).url.path == "/device"
    assert await house.store.consents.of_user((await house.user("alice")).id) == []
    assert (await poll(web, device)).json()["error"] == "access_denied"


@pytest.mark.attack(104)
@pytest.mark.rfc(8628, "3.3.1")
@pytest.mark.rfc(8628, "5.4")
async def test_a_code_in_the_address_is_filled_in_and_nothing_else(someone, web, house):
    device = await begun(web)
    page = await someone.sign_in(await someone.visit(f"/device?user_code={device['user_code']}"))
    assert (page.url.path, Document(page.text).forms[0].fields["user_code"]) == ("/device", device["user_code"])
    assert Document(page.text).scripts == 0
    assert (await someone.visit(f"/device/confirm?user_code={device['user_code']}")).url.path == "/device"
    assert (await poll(web, device)).json()["error"] == "authorization_pending"


@pytest.mark.attack(104)
@pytest.mark.rfc(8628, "5.4")
async def test_the_person_sees_who_asks_from_where_and_when(someone, web):
    await someone.signed_in()
    page = await entered(someone, await begun(web))
    for told in ("<strong>App</strong>", web.client_id, "<strong>127.0.0.1</strong>", "UTC", "Read your data."):
        assert told in page.text
    assert "Somebody who sent you the code would get into your account." in page.text


@pytest.mark.attack(103)
async def test_a_code_belongs_to_who_typed_it(someone, another, web):
    device = await begun(web)
    await someone.signed_in()
    await another.signed_in("mallory")
    mine = await entered(someone, device)
    assert mine.url.path == "/device/confirm"
    theirs = await entered(another, device)
    assert (theirs.status_code, UNKNOWN in theirs.text) == (400, True)
    code = {"user_code": device["user_code"]}
    for decision in ("allow", "deny"):
        answer = await another.post("/device/confirm", {**Document(mine.text).forms[0].fields, "decision": decision})
        assert answer.headers["location"].startswith("/device?")
    assert (await another.visit(f"/device/confirm?user_code={code['user_code']}")).url.path == "/device"
    assert (await poll(web, device)).json()["error"] == "authorization_pending"
    await someone.send(mine, decision="allow")
    assert "Connected" not in (await someone.send(mine, decision="deny")).text


@pytest.mark.attack(93, 117)
async def test_a_device_is_connected_by_no_other_site_and_no_other_form(someone, web):
    device = await begun(web)
    await someone.signed_in()
    page = await someone.visit("/device")
    typed = {**Document(page.text).forms[0].fields, "user_code": device["user_code"]}
    assert (await someone.post("/device", typed, origin="https://evil.example")).status_code == 403
    assert (await someone.post("/device", {**typed, "form": "x"})).status_code == 400
    form = Document((await someone.send(page, user_code=device["user_code"])).text).forms[0]
    yes = {**form.fields, "decision": "allow"}
    assert (await someone.post("/device/confirm", yes, origin="https://evil.example")).status_code == 403
    assert (await someone.post("/device/confirm", {**yes, "form": "x"})).status_code == 400
    assert (await someone.post("/device/confirm", {**yes, "decision": "maybe"})).status_code == 400
    assert (await poll(web, device)).json()["error"] == "authorization_pending"


@pytest.mark.attack(102)
@pytest.mark.rfc(8628, "5.1")
async def test_codes_are_not_guessed(someone, web, house):
    device = await begun(web)
    page = await (await someone.signed_in()).visit("/device")
    guesses = [await someone.send(page, user_code="BCDF-GHJK") for _ in range(12)]
    assert Counter(answer.status_code for answer in guesses) == {400: 10, 429: 2}
    assert (await someone.send(page, user_code=device["user_code"])).status_code == 429


@pytest.mark.attack(102)
@pytest.mark.rfc(8628, "5.1")
async def test_of_many_guesses_at_once_ten_are_looked_at_and_right_codes_cost_none(someone, web):
    page = await (await someone.signed_in()).visit("/device")
    form = Document(page.text).forms[0]
    for _ in range(12):
        device = await begun(web)
        answer = await someone.post("/device", {**form.fields, "user_code": device["user_code"]})
        assert answer.status_code == 303
    wrong = {**form.fields, "user_code": "BCDF-GHJK"}
    guesses = await asyncio.gather(*(someone.post("/device", wrong) for _ in range(40)))
    assert Counter(answer.status_code for answer in guesses) == {400: 10, 429: 30}


@pytest.mark.attack(102)
async def test_guesses_of_many_people_from_one_address_are_counted_together(someone, house):
    page = await (await someone.signed_in()).visit("/device")
    await asyncio.gather(
        *(
            house.store.counters.hit(
                "wrong user codes from an address\x1f127.0.0.1", now=house.clock.now, window=900_000
            )
            for _ in range(50)
        )
    )
    assert (await someone.send(page, user_code="BCDF-GHJK")).status_code == 429


@pytest.mark.parametrize("text", ["", "x", "BCDF-GHJ", "BCDF-GHJKK", "AEIO-UAEI", "<b>", "\u0412CDF-GHJK"])
async def test_what_is_no_code_is_said_to_be_none(someone, text):
    page = await (await someone.signed_in()).visit("/device")
    answer = await someone.send(page, user_code=text)
    assert (answer.status_code, UNKNOWN in answer.text, "<b>" in answer.text) == (400, True, False)


async def test_a_code_that_expired_or_whose_application_is_off_is_none(someone, web, house):
    await someone.signed_in()
    device = await begun(web)
    page = await entered(someone, device)
    await web.change(enabled=False)
    assert (await someone.send(page, decision="allow")).url.path == "/device"
    assert UNKNOWN in (await entered(someone, device)).text
    await web.change(enabled=True)
    house.clock.pass_(seconds=600)
    assert UNKNOWN in (await entered(someone, device)).text
