"""How an application proves itself: by exactly one method, strictly read; who does not learns nothing."""

import base64

import pytest

from licet.services.secrets import Terms
from tests.conformance.protocol import INVALID_CLIENT, SECRET, TOKEN, app, basic, plain_basic, post, said

FORM = {"grant_type": "client_credentials"}
UNREADABLE = {"error": "invalid_client", "error_description": "The HTTP Basic credentials cannot be read."}
TWO_WAYS = {
    "error": "invalid_request",
    "error_description": "More than one way of client authentication was used.",
}


@pytest.mark.rfc(6749, "2.3.1")
async def test_the_secret_comes_by_http_basic_or_in_the_form(house):
    machine = await app(house)
    credentials = {"client_id": machine.client_id, "client_secret": machine.secret}
    assert (await post(house, TOKEN, FORM, machine.basic)).status_code == 200
    assert (await post(house, TOKEN, {**FORM, **credentials})).status_code == 200


@pytest.mark.rfc(6749, "2.3.1")
async def test_the_same_client_id_beside_http_basic_is_no_second_way(house):
    machine = await app(house)
    assert (await post(house, TOKEN, {**FORM, "client_id": machine.client_id}, machine.basic)).status_code == 200


@pytest.mark.attack(46)
@pytest.mark.rfc(6749, "2.3")
async def test_two_ways_of_client_authentication_are_refused(house):
    one, other = await app(house), await app(house)
    for form in (
        {"client_id": one.client_id, "client_secret": one.secret},
        {"client_id": other.client_id, "client_secret": other.secret},
        {"client_secret": one.secret},
        {"client_id": other.client_id},
    ):
        answer = await post(house, TOKEN, {**FORM, **form}, one.basic)
        assert (answer.status_code, answer.json()) == (400, TWO_WAYS), form


@pytest.mark.attack(47)
@pytest.mark.rfc(6749, "2.3.1")
@pytest.mark.parametrize(
    "value",
    [
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic YWJj",  # no colon
        "Basic YTpi\xff",
        "Basic YTpiYw",  # padding left out
        "Basic Y TpiYw==",
        "Basic " + base64.b64encode(b"a\xff:b").decode(),
        "Basic " + base64.b64encode(b"a:b:c").decode(),
        "Basic " + base64.b64encode(b"a:b%zz").decode(),
        "Basic " + base64.b64encode(b"a:b%ff").decode(),
        "Basic " + base64.b64encode(b"a%00:b").decode(),
        "Basic " + base64.b64encode(b"a\n:b").decode(),
    ],
)
async def test_http_basic_that_cannot_be_read_strictly_is_no_proof(house, value):
    answer = await post(house, TOKEN, FORM, {"authorization": value.encode("latin-1")})
    assert (answer.status_code, answer.json()) == (401, UNREADABLE)
    assert answer.headers["www-authenticate"] == 'Basic realm="client", charset="UTF-8"'
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.attack(47)
@pytest.mark.rfc(6749, "2.3.1")
async def test_both_parts_of_http_basic_are_percent_decoded(house):
    machine = await app(house)
    encoded = "".join(f"%{ord(letter):02X}" for letter in machine.secret)
    assert (await post(house, TOKEN, FORM, plain_basic(f"{machine.client_id}:{encoded}".encode()))).status_code == 200


@pytest.mark.rfc(6749, "5.2")
@pytest.mark.parametrize("headers", [{"authorization": "Bearer abc"}, {"authorization": "Digest a=b"}])
async def test_another_scheme_is_no_client_authentication(house, headers):
    machine = await app(house)
    form = {**FORM, "client_id": machine.client_id, "client_secret": machine.secret}
    assert said(await post(house, TOKEN, form, headers)) == (401, "invalid_client")


@pytest.mark.attack(48)
@pytest.mark.rfc(6749, "2.3.1")
async def test_credentials_in_the_query_are_refused(house):
    machine = await app(house)
    query = f"{TOKEN}?client_id={machine.client_id}&client_secret={machine.secret}"
    for form, headers in ((FORM, {}), (FORM, machine.basic)):
        answer = await post(house, query, form, headers)
        assert (answer.status_code, answer.json()) == (
            400,
            {
                "error": "invalid_request",
                "error_description": "The parameters belong in the body, and the query must be empty.",
            },
        )


@pytest.mark.attack(49, 50)
@pytest.mark.rfc(6749, "5.2")
async def test_an_unknown_client_and_a_wrong_secret_are_answered_alike(house):
    machine = await app(house)
    disabled = await app(house, enabled=False)
    public = await app(house, public=True)
    for client_id, secret in (
        ("nobody", "x"),
        (machine.client_id, "x"),
        (machine.client_id, machine.secret + "x"),
        (machine.client_id, ""),
        (disabled.client_id, disabled.secret),
        (public.client_id, "x"),
        ("n" * 5_000, "s" * 5_000),
    ):
        answer = await post(house, TOKEN, FORM, basic(client_id, secret))
        assert (answer.status_code, answer.json()) == (401, INVALID_CLIENT), client_id
        assert answer.headers["www-authenticate"] == 'Basic realm="client", charset="UTF-8"'
        answer = await post(house, TOKEN, {**FORM, "client_id": client_id, "client_secret": secret})
        assert (answer.status_code, answer.json()) == (401, INVALID_CLIENT), client_id


@pytest.mark.rfc(6749, "5.2")
async def test_who_does_not_say_who_it_is_is_no_client(house):
    for form in (FORM, {**FORM, "client_id": ""}, {**FORM, "client_secret": ""}):
        answer = await post(house, TOKEN, form)
        assert (answer.status_code, answer.json()) == (
            401,
            {"error": "invalid_client", "error_description": "The client did not say who it is."},
        )


@pytest.mark.attack(39)
@pytest.mark.rfc(6749, "3.2.1")
async def test_an_application_with_a_secret_must_use_it(house):
    confidential = await app(house)
    tokens = await confidential.tokens()
    name = {"client_id": confidential.client_id}
    for form in (FORM, {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}):
        answer = await post(house, TOKEN, {**form, **name})
        assert (answer.status_code, answer.json()) == (401, INVALID_CLIENT)
    assert await confidential.lives(tokens) == (True, True)


@pytest.mark.attack(49)
@pytest.mark.rfc(6749, "10.10")
@pytest.mark.settings(limits=True)
async def test_failures_are_throttled_and_successes_never(house):
    machine, bystander = await app(house), await app(house)
    wrong = {**FORM, "client_id": machine.client_id, "client_secret": "wrong"}
    statuses = [(await post(house, TOKEN, wrong)).status_code for _ in range(501)]
    assert statuses == [401] * 500 + [429]
    answer = await post(house, TOKEN, wrong)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "300")
    assert (await machine.for_itself()).status_code == 200
    assert (await bystander.for_itself()).status_code == 200
    house.clock.pass_(seconds=300)
    assert (await post(house, TOKEN, wrong)).status_code == 401


@pytest.mark.attack(61)
async def test_every_live_secret_proves_the_application_and_an_expired_one_does_not(house):
    machine = await app(house)
    actor = await house.actor("alice")
    ends = house.clock.now + 1_000
    second = await house.services.secrets.add(actor, machine.client_id, SECRET, terms=Terms(expires_at=ends))
    for secret in (machine.secret, second.value):
        assert (await post(house, TOKEN, FORM, basic(machine.client_id, secret))).status_code == 200
    house.clock.pass_(seconds=1)
    assert said(await post(house, TOKEN, FORM, basic(machine.client_id, second.value))) == (401, "invalid_client")
    assert (await machine.for_itself()).status_code == 200


async def test_the_use_of_a_secret_and_of_an_application_is_remembered(house):
    machine, public = await app(house), await app(house, public=True)
    await machine.for_itself()
    await public.tokens()
    await house.store.secrets._touches.flush()
    (kept,) = await house.store.secrets.of((await house.store.applications.by_client_id(machine.client_id)).id)
    assert (kept.last_used_at, kept.last_used_from) == (house.clock.now, "127.0.0.1")
    for each in (machine, public):
        application = await house.store.applications.by_client_id(each.client_id)
        assert application.last_used_at == house.clock.now


@pytest.mark.attack(50)
async def test_a_wrong_secret_asks_the_store_for_as_much_as_an_unknown_client(house, monkeypatch):
    machine = await app(house)
    assert (await post(house, TOKEN, FORM, machine.basic)).status_code == 200  # from now on it is in memory
    kept, asked = type(house.store.applications), []
    read = kept.by_client_id

    async def noted(store, client_id):
        asked.append(client_id)
        return await read(store, client_id)

    monkeypatch.setattr(kept, "by_client_id", noted)
    for client_id in (machine.client_id, "nobody"):
        answer = await post(house, TOKEN, FORM, basic(client_id, "wrong"))
        assert (answer.status_code, answer.json()) == (401, INVALID_CLIENT)
    assert asked == [machine.client_id, "nobody"]
