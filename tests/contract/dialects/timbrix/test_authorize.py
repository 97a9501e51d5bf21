"""GET /api/oauth/authorize: a person allows an application something; every fault is said here."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.conformance.person import Person
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.protocol import (
    CALLBACK,
    CHALLENGE,
    SCOPES,
    STATE,
    TOO_MANY,
    VERIFIER,
    Client,
    client,
)
from tests.contract.dialects.timbrix.scene import bad


async def test_a_stranger_signs_in_and_consents_and_the_application_is_told_a_code(payroll: Client, someone: Person):
    first = await someone.get(payroll.asking())
    assert first.status_code == 302
    assert first.headers["location"].startswith("/login?request=")
    page = await someone.follow(first)
    page = await someone.sign_in(page)
    assert page.url.path == "/consent"
    page = await someone.send(page, decision="allow")
    assert page.status_code == 302
    location = urlsplit(page.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == CALLBACK
    told = dict(parse_qsl(location.query))
    assert sorted(told) == ["code", "state"]
    assert told["state"] == STATE
    assert len(told["code"]) == 43


async def test_who_allowed_as_much_before_is_answered_at_once(payroll: Client, someone: Person):
    await payroll.code()
    answer = await someone.get(payroll.asking(scope="read:members"))
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{CALLBACK}?code=")


async def test_more_than_was_allowed_before_needs_a_new_consent(payroll: Client, someone: Person):
    await payroll.code(scope="read:members")
    page = await someone.visit(payroll.asking(scope="read:members,read:organization"))
    assert page.url.path == "/consent"


@pytest.mark.parametrize(
    "scope", ["read:organization,read:members", "read:organization read:members", ",read:organization, read:members,"]
)
async def test_scopes_stand_between_commas_or_blanks(payroll: Client, scope: str):
    tokens = (await payroll.exchange(await payroll.code(scope=scope))).json()
    assert tokens["scope"] == "read:organization read:members"


async def test_who_refuses_sends_the_application_a_refusal_by_302(payroll: Client):
    assert await payroll.told(decision="deny") == {"error": "access_denied", "state": STATE}


MISSING = ["redirect_uri", "scope", "state", "response_type"]


@pytest.mark.attack(12)
@pytest.mark.parametrize("name", MISSING)
async def test_a_parameter_that_is_missing_or_empty_is_named(payroll: Client, someone: Person, name: str):
    for value in (None, ""):
        answer = await someone.get(payroll.asking(**{name: value}))
        assert (answer.status_code, answer.json()) == (400, bad(f"{name} is required"))


async def test_all_missing_parameters_are_named_at_once(house: House):
    answer = await house.call("GET", "/api/oauth/authorize?client_id=app_0000000000000000")
    faults = [f"{name} is required" for name in ("redirect_uri", "scope", "state", "response_type")]
    assert (answer.status_code, answer.json()) == (400, bad(*faults))


WRONG = [
    ({"response_type": "token"}, ['response_type must be "code"']),
    ({"client_id": "app_0000000000000000"}, "The application is not known here."),
    ({"redirect_uri": "https://evil.example/cb"}, "The redirect URI is not registered for this application."),
    ({"redirect_uri": CALLBACK + "/"}, "The redirect URI is not registered for this application."),
    ({"scope": "read:webhooks"}, ["scopes has what the application may not ask for: read:webhooks"]),
    ({"scope": "read:everything"}, ["scope[0] is not a known scope: read:everything"]),
    ({"scope": "openid"}, ["scope[0] is not a known scope: openid"]),
    ({"code_challenge": "short", "code_challenge_method": "S256"}, "The parameter code_challenge is malformed."),
    ({"code_challenge": "a" * 42, "code_challenge_method": "plain"}, "The parameter code_challenge is malformed."),
    ({"code_challenge": "a" * 42}, "The parameter code_challenge is malformed."),
    ({"code_challenge": "a" * 129}, "The parameter code_challenge is malformed."),
    ({"code_challenge": CHALLENGE, "code_challenge_method": "S512"}, ['code_challenge_method must be "S256"|"plain"']),
]


@pytest.mark.attack(1, 2)
@pytest.mark.parametrize(("parameters", "message"), WRONG)
async def test_every_fault_is_a_400_here_and_never_a_redirect(payroll: Client, someone: Person, parameters, message):
    answer = await someone.get(payroll.asking(**parameters))
    assert answer.status_code == 400
    assert answer.json() == {"statusCode": 400, "message": message, "error": "Bad Request"}
    assert "location" not in answer.headers


@pytest.mark.attack(13)
async def test_a_parameter_that_comes_twice_is_a_400(payroll: Client, someone: Person):
    answer = await someone.get(payroll.asking() + "&state=again")
    assert (answer.status_code, answer.json()["message"]) == (400, "A parameter is given more than once.")


@pytest.mark.attack(15)
async def test_a_state_that_is_too_long_or_binary_is_a_400(payroll: Client, someone: Person):
    for state in ("s" * 4097, "a\nb", "a\x7fb"):
        answer = await someone.get(payroll.asking(state=state))
        assert answer.status_code == 400
        assert state not in answer.text


async def test_an_inactive_application_is_a_400(payroll: Client, someone: Person):
    await payroll.put(isActive=False)
    answer = await someone.get(payroll.asking())
    assert (answer.status_code, answer.json()["message"]) == (400, "The application is switched off.")


async def test_an_application_without_this_surface_is_unknown(payroll: Client, someone: Person, house: House):
    actor = await house.actor("alice")
    await house.services.applications.update(actor, payroll.client_id, lambda _: {"protocols": ("native",)})
    answer = await someone.get(payroll.asking())
    assert (answer.status_code, answer.json()["message"]) == (400, "The application is not known here.")


async def test_a_port_of_loopback_is_free_with_a_challenge_only(house: House, someone: Person):
    local = await client(house, someone, redirectUri="http://127.0.0.1/cb")
    bound = "http://127.0.0.1:49152/cb"
    answer = await someone.get(local.asking(redirect_uri=bound))
    assert answer.status_code == 400
    code = await local.code(redirect_uri=bound, code_challenge=CHALLENGE, code_challenge_method="S256")
    answer = await local.exchange(code, redirectUri=bound, codeVerifier=VERIFIER)
    assert answer.status_code == 200


async def test_plain_http_that_another_surface_let_in_is_never_sent_to(payroll: Client, house: House, someone: Person):
    plain = "http://payroll.example/cb"
    alice = await house.actor("alice", "teable")
    await house.services.applications.update(alice, payroll.client_id, lambda _: {"redirect_uris": (plain,)})
    answer = await someone.get(payroll.asking(redirect_uri=plain))
    message = "The redirect URI is plain http, and nobody is sent there."
    assert (answer.status_code, answer.json()["message"]) == (400, message)


async def test_what_leads_into_a_program_is_asked_for_every_time(house: House, someone: Person):
    for uri in ("cursor://payroll/cb", "example.payroll:/cb"):
        local = await client(house, someone, redirectUri=uri)
        await local.code(redirect_uri=uri)
        page = await someone.visit(local.asking(redirect_uri=uri))
        assert page.url.path == "/consent"


async def test_unknown_parameters_change_nothing(payroll: Client, someone: Person):
    await payroll.code()
    answer = await someone.get(payroll.asking(prompt="consent", response_mode="fragment", nonce="n"))
    assert answer.headers["location"].startswith(f"{CALLBACK}?code=")


async def test_the_thirty_first_request_of_a_minute_waits(payroll: Client, someone: Person):
    await payroll.code()
    house = payroll.house
    house.clock.pass_(seconds=61)
    answers = [await someone.get(payroll.asking()) for _ in range(30)]
    assert {answer.status_code for answer in answers} == {302}
    answer = await someone.get(payroll.asking())
    assert (answer.status_code, answer.json()) == (429, TOO_MANY)
    assert answer.headers["retry-after"] == "60"
    house.clock.pass_(seconds=60)
    assert (await someone.get(payroll.asking())).status_code == 302


@pytest.mark.attack(93)
async def test_what_changed_while_a_person_thought_is_judged_anew(payroll: Client, someone: Person):
    page = await someone.sign_in(await someone.visit(payroll.asking()))
    assert page.url.path == "/consent"
    await payroll.put(scopes=["read:members"])
    page = await someone.send(page, decision="allow")
    assert page.status_code == 400
    assert SCOPES[0] not in page.headers.get("location", "")
