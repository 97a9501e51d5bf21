"""Authorization details: asked for, shown, allowed, and told to whoever has to know."""

import orjson
import pytest

from tests.conformance.person import asking, told
from tests.conformance.protocol import app, parts, said

PUSH = "/oauth2/par"
PAYMENT = {
    "type": "payment",
    "actions": ["initiate"],
    "locations": ["https://bank.example/payments"],
    "instructedAmount": {"currency": "EUR", "amount": "123.50"},
    "creditorName": "Merchant <A>",
}
ACCOUNT = {"type": "account", "actions": ["read"], "identifier": "DE02100100109307118603"}
pytestmark = pytest.mark.settings(authorization_details_types=("payment", "account", "other"))


def text(*details):
    return orjson.dumps(details).decode()


@pytest.fixture
async def web(house):
    """An application that may ask for payments and accounts."""
    return await app(house, authorization_details_types=("payment", "account"))


async def tokens(one, answered, **more):
    answer = await one.redeem(answered["code"], **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.rfc(9396, "7")
@pytest.mark.rfc(9396, "9.1")
@pytest.mark.rfc(9396, "9.2")
@pytest.mark.parametrize("kind", ["jwt", "opaque"])
async def test_what_was_allowed_stands_in_answer_token_and_introspection(someone, house, web, kind):
    await web.change(access_token_format=kind)
    made = await tokens(web, await someone.allowed(web, authorization_details=text(PAYMENT, ACCOUNT)))
    assert made["authorization_details"] == [PAYMENT, ACCOUNT]
    assert (await web.introspect(made["access_token"]))["authorization_details"] == [PAYMENT, ACCOUNT]
    if kind == "jwt":
        assert parts(made["access_token"])[1]["authorization_details"] == [PAYMENT, ACCOUNT]


@pytest.mark.rfc(9396, "7")
async def test_who_asks_for_none_is_told_of_none(someone, web):
    made = await tokens(web, await someone.allowed(web))
    assert "authorization_details" not in made
    assert "authorization_details" not in parts(made["access_token"])[1]
    assert "authorization_details" not in await web.introspect(made["access_token"])


@pytest.mark.rfc(9396, "6.1")
async def test_a_refresh_keeps_them_and_may_ask_for_fewer(someone, web):
    made = await tokens(web, await someone.allowed(web, authorization_details=text(PAYMENT, ACCOUNT)))
    fewer = (await web.refresh(made["refresh_token"], authorization_details=text(ACCOUNT))).json()
    assert fewer["authorization_details"] == [ACCOUNT]
    more = await web.refresh(fewer["refresh_token"], authorization_details=text({**ACCOUNT, "actions": ["write"]}))
    assert said(more) == (400, "invalid_authorization_details")
    assert (await web.refresh(fewer["refresh_token"])).json()["authorization_details"] == [PAYMENT, ACCOUNT]


@pytest.mark.rfc(9396, "6")
async def test_a_code_may_be_redeemed_for_fewer(someone, web):
    answered = await someone.allowed(web, authorization_details=text(PAYMENT, ACCOUNT))
    made = await tokens(web, answered, authorization_details=text(PAYMENT))
    assert made["authorization_details"] == [PAYMENT]


@pytest.mark.rfc(9396, "6")
async def test_an_application_for_itself_asks_at_the_token_endpoint(web):
    made = (await web.for_itself(scope="read", authorization_details=text(ACCOUNT))).json()
    assert made["authorization_details"] == [ACCOUNT]
    assert (await web.introspect(made["access_token"]))["authorization_details"] == [ACCOUNT]
    unknown = await web.for_itself(authorization_details=text({"type": "other"}))
    assert said(unknown) == (400, "invalid_authorization_details")


@pytest.mark.rfc(9396, "5")
@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "no json",
        "{}",
        "[]",
        "[1]",
        "[{}]",
        '[{"type": 1}]',
        '[{"type": "other"}]',
        '[{"type": "nobody knows"}]',
        '[{"type": "payment"}, {"type": "other"}]',
        '[{"type": "payment", "actions": "initiate"}]',
        '[{"type": "payment", "locations": [1]}]',
        '[{"type": "payment", "datatypes": {}}]',
        '[{"type": "payment", "privileges": null}]',
        '[{"type": "payment", "identifier": 5}]',
        text(*[{"type": "payment"}] * 21),
    ],
)
async def test_what_is_malformed_or_of_another_type_is_refused(someone, web, wrong):
    if not wrong:  # RFC 6749 section 3.1: as if it were left out
        assert (await someone.visit(asking(web, authorization_details=wrong))).url.path == "/login"
        return
    answered = told(await someone.get(asking(web, authorization_details=wrong)))
    assert (answered["error"], answered["state"]) == ("invalid_authorization_details", "a state")
    form = {"response_type": "code", "redirect_uri": "https://app.example/cb", "code_challenge_method": "S256"}
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    pushed = await web.post(PUSH, {**form, "code_challenge": challenge}, authorization_details=wrong)
    assert said(pushed) == (400, "invalid_authorization_details")


@pytest.mark.rfc(9396, "5")
async def test_a_type_counts_only_where_instance_and_application_have_it(someone, house):
    bare = await app(house)
    answered = told(await someone.get(asking(bare, authorization_details=text(PAYMENT))))
    assert answered["error"] == "invalid_authorization_details"
    strange = await app(house, authorization_details_types=("strange",))
    answered = told(await someone.get(asking(strange, authorization_details=text({"type": "strange"}))))
    assert answered["error"] == "invalid_authorization_details"


@pytest.mark.rfc(9396, "11.3")
async def test_a_person_sees_all_of_it_before_they_allow_it(someone, web):
    hidden = {**PAYMENT, "note": "pay\u202eesle", "creditorName": "<script>alert(1)</script>"}
    page = await someone.sign_in(await someone.visit(asking(web, authorization_details=text(hidden))))
    assert page.url.path == "/consent"
    for shown in ("payment", "initiate", "https://bank.example/payments", "instructedAmount", "123.50", "EUR"):
        assert shown in page.text
    assert "<script>" not in page.text
    assert "\u202e" not in page.text


@pytest.mark.rfc(9396, "3")
async def test_consent_is_asked_for_anew_when_the_details_differ(someone, web):
    await someone.allowed(web, authorization_details=text(PAYMENT))
    assert "code" in told(await someone.get(asking(web, authorization_details=text(PAYMENT))))
    assert "code" in told(await someone.get(asking(web)))
    other = {**PAYMENT, "instructedAmount": {"currency": "EUR", "amount": "9999.00"}}
    page = await someone.visit(asking(web, authorization_details=text(other)))
    assert page.url.path == "/consent"
    silent = told(await someone.get(asking(web, authorization_details=text(other), prompt="none")))
    assert silent["error"] == "consent_required"
    assert "code" in told(await someone.send(page, decision="allow"))
    assert (await someone.visit(asking(web, authorization_details=text(PAYMENT)))).url.path == "/consent"


@pytest.mark.attack(109)
@pytest.mark.parametrize("odd", [r'"\u0000"', "1e30", "1" + "0" * 30, "-0.0", '"\U0001f600"', '{"a":{"a":[[]]}}'])
async def test_an_odd_value_is_kept_as_it_is(someone, web, odd):
    asked = f'[{{"type":"payment","odd":{odd}}}]'
    made = await tokens(web, await someone.allowed(web, authorization_details=asked))
    assert made["authorization_details"] == orjson.loads(asked)
    assert (await web.introspect(made["access_token"]))["authorization_details"] == orjson.loads(asked)


@pytest.mark.attack(95)
@pytest.mark.rfc(9396, "6")
@pytest.mark.parametrize("other", [True, 1.0, "1"])
async def test_one_value_is_not_taken_for_another_that_python_calls_equal(someone, web, other):
    first, second = text({**ACCOUNT, "limit": 1}), text({**ACCOUNT, "limit": other})
    made = await tokens(web, await someone.allowed(web, authorization_details=first))
    wider = await web.refresh(made["refresh_token"], authorization_details=second)
    assert said(wider) == (400, "invalid_authorization_details")
    assert (await someone.visit(asking(web, authorization_details=second))).url.path == "/consent"


@pytest.mark.rfc(9396, "3")
async def test_a_yes_is_to_what_was_shown(someone, web):
    page = await someone.sign_in(await someone.visit(asking(web, authorization_details=text(PAYMENT))))
    await web.change(authorization_details_types=("account",))
    assert told(await someone.send(page, decision="allow"))["error"] == "invalid_authorization_details"


@pytest.mark.rfc(9396, "10")
async def test_the_metadata_name_the_types(house):
    metadata = (await house.call("GET", "/.well-known/oauth-authorization-server")).json()
    assert metadata["authorization_details_types_supported"] == ["payment", "account", "other"]
