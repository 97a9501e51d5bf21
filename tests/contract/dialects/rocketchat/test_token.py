"""POST /oauth/token: codes and refresh tokens for tokens, and every refusal."""

import asyncio
import re
from dataclasses import replace

import pytest

from tests.contract.dialects.house import DAY, House
from tests.contract.dialects.rocketchat.authorizing import (
    CALLBACK,
    CHALLENGE,
    TOKEN,
    VERIFIER,
    App,
    app,
    basic,
    call,
    code,
    error,
    exchanged,
    refreshed,
    tokens,
    works,
)
from tests.contract.dialects.rocketchat.scene import foreign, post

NO_CLIENT = error("invalid_client", "Invalid clientId")
NO_CREDENTIALS = error("invalid_client", "Invalid client: cannot retrieve client credentials")
NO_CODE = error("invalid_grant", "Invalid authCode")
NO_TOKEN = error("invalid_grant", "Invalid token")
BAD_VERIFIER = error("invalid_grant", "Invalid grant: code verifier is invalid")
S256 = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
ANOTHER_VERIFIER = "x" * 43


def said(answer):
    assert answer.headers.get_list("content-type") == ["application/json; charset=utf-8"]
    return answer.status_code, answer.json()


async def test_a_code_brings_four_keys(house: House):
    made = await app(house)
    answer = await exchanged(house, made, await code(house, made))
    assert re.fullmatch(
        r'\{"access_token":"[0-9a-f]{64}","token_type":"Bearer","expires_in":3600,"refresh_token":"[0-9a-f]{64}"\}',
        answer.text,
    )
    assert answer.status_code == 200
    assert answer.headers.get_list("content-type") == ["application/json; charset=utf-8"]
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")


async def test_the_body_may_be_json(house: House):
    made = await app(house)
    body = {
        "grant_type": "authorization_code",
        "code": await code(house, made),
        "redirect_uri": CALLBACK,
        "client_id": made["clientId"],
        "client_secret": made["clientSecret"],
    }
    assert (await house.call("POST", TOKEN, json=body)).status_code == 200


async def test_the_parameters_may_stand_in_the_query_but_for_the_secret(house: House):
    made = await app(house)
    query = {"grant_type": "authorization_code", "code": await code(house, made), "redirect_uri": CALLBACK}
    answer = await house.call("POST", TOKEN, params=query, headers=basic(made["clientId"], made["clientSecret"]))
    assert answer.status_code == 200


async def test_the_query_of_a_form_is_not_read(house: House):
    made = await app(house)
    form = {"client_id": made["clientId"], "client_secret": made["clientSecret"]}
    answer = await house.call("POST", f"{TOKEN}?grant_type=refresh_token", data=form)
    assert said(answer) == (400, error("invalid_request", "Missing parameter: `grant_type`"))


@pytest.mark.attack(48)
async def test_a_secret_in_the_query_is_refused_and_stands_in_no_log(house: House, caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")
    made = await app(house)
    query = {"client_id": made["clientId"], "client_secret": made["clientSecret"], "grant_type": "refresh_token"}
    for more in ({}, {"headers": basic(made["clientId"], made["clientSecret"])}, {"data": query}):
        assert said(await house.call("POST", TOKEN, params=query, **more)) == (400, NO_CREDENTIALS)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("licet")]
    assert sum("secret stands in the query" in line for line in ours) == 3
    assert made["clientSecret"] not in "".join(ours)


async def test_a_get_is_refused(house: House):
    answer = await house.call("GET", f"{TOKEN}?grant_type=refresh_token")
    assert said(answer) == (400, error("invalid_request", "Invalid request: method must be POST"))


@pytest.mark.attack(13, 109)
@pytest.mark.parametrize(
    "name",
    [
        "grant_type",
        "code",
        "redirect_uri",
        "code_verifier",
        "refresh_token",
        "scope",
        "client_id",
        "client_secret",
    ],
)
@pytest.mark.parametrize("value", [{"$ne": None}, ["a"], 5, True])
async def test_a_value_that_is_no_text_is_refused(house: House, name: str, value: object):
    answer = await house.call("POST", TOKEN, json={"grant_type": "refresh_token", name: value})
    assert said(answer) == (400, error("invalid_request", f"Invalid parameter: `{name}`"))


async def test_neither_is_one_in_a_form(house: House):
    made = await app(house)
    for content in (b"code[$ne]=x", b"code=a&code=b"):
        answer = await house.call(
            "POST",
            TOKEN,
            content=b"grant_type=authorization_code&" + content,
            headers={
                "content-type": "application/x-www-form-urlencoded",
                **basic(made["clientId"], made["clientSecret"]),
            },
        )
        assert said(answer) == (400, error("invalid_request", "Invalid parameter: `code`"))


@pytest.mark.parametrize("missing", ["client_id", "client_secret"])
async def test_credentials_are_needed_whole(house: House, missing: str):
    made = await app(house)
    for value in (None, ""):
        assert said(await call(house, made, **{missing: value})) == (400, NO_CREDENTIALS)


@pytest.mark.attack(31, 39)
async def test_a_verifier_is_no_credential(house: House):
    made = await app(house)
    value = await code(house, made, **S256)
    answer = await exchanged(house, made, value, client_secret=None, code_verifier=VERIFIER)
    assert said(answer) == (400, NO_CREDENTIALS)
    assert (await exchanged(house, made, value, code_verifier=VERIFIER)).status_code == 200


@pytest.mark.attack(49, 50)
async def test_a_wrong_secret_and_an_unknown_client_are_one_answer(house: House):
    made = await app(house)
    answers = [await call(house, made, client_secret="wrong"), await call(house, made, client_id="unknown")]
    answers += [
        await house.call("POST", TOKEN, data={}, headers=basic(*pair))
        for pair in ((made["clientId"], "wrong"), ("unknown", made["clientSecret"]))
    ]
    assert [said(answer) for answer in answers] == [(401, NO_CLIENT)] * 4
    assert [answer.headers.get("www-authenticate") for answer in answers] == [None, None, "Basic", "Basic"]


async def test_an_application_of_another_surface_is_unknown_here_with_its_own_secret_too(house: House):
    app_id = await foreign(house, redirect_uris=[CALLBACK], client_secret_retrievable=True)
    application = await house.store.applications.by_id(app_id)
    secret = (await house.services.secrets.shown([application]))[app_id]
    other: App = {"clientId": application.client_id, "clientSecret": secret}
    assert said(await call(house, other, grant_type="refresh_token", refresh_token="x")) == (401, NO_CLIENT)
    patch = {"protocols": ["native", "rocketchat"]}
    await house.services.applications.update(await house.actor("alice"), application.client_id, lambda _: patch)
    assert said(await call(house, other, grant_type="refresh_token", refresh_token="x")) == (400, NO_TOKEN)


@pytest.mark.attack(47)
@pytest.mark.parametrize("value", ["Basic", "Basic !", "Basic eA==", "Basic /w==", "basic x:y"])
async def test_a_header_that_is_no_basic_is_refused(house: House, value: str):
    answer = await house.call("POST", TOKEN, data={"grant_type": "refresh_token"}, headers={"authorization": value})
    assert said(answer) == (401, NO_CLIENT)


async def test_a_percent_sign_in_a_secret_is_one(house: House):
    made = await app(house)
    escaped = "".join(f"%{ord(character):02X}" for character in made["clientSecret"])
    answer = await house.call("POST", TOKEN, data={}, headers=basic(made["clientId"], escaped))
    assert said(answer) == (401, NO_CLIENT)


@pytest.mark.attack(46)
async def test_two_clients_at_once_are_none(house: House):
    one, other = await app(house), await app(house)
    form = {
        "client_id": other["clientId"],
        "client_secret": other["clientSecret"],
        "grant_type": "authorization_code",
        "code": await code(house, other),
        "redirect_uri": CALLBACK,
    }
    answer = await house.call("POST", TOKEN, data=form, headers=basic(one["clientId"], one["clientSecret"]))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("grant", "status", "body"),
    [
        (None, 400, error("invalid_request", "Missing parameter: `grant_type`")),
        ("", 400, error("invalid_request", "Missing parameter: `grant_type`")),
        ("password", 400, error("unauthorized_client", "Unauthorized client: `grant_type` is invalid")),
        ("client_credentials", 400, error("unauthorized_client", "Unauthorized client: `grant_type` is invalid")),
        ("implicit", 400, error("unsupported_grant_type", "Unsupported grant type: `grant_type` is invalid")),
        (
            "urn:ietf:params:oauth:grant-type:device_code",
            400,
            error("unsupported_grant_type", "Unsupported grant type: `grant_type` is invalid"),
        ),
        ("authorization_code", 400, error("invalid_request", "Missing parameter: `code`")),
        ("refresh_token", 400, error("invalid_request", "Missing parameter: `refresh_token`")),
    ],
)
async def test_a_grant_is_named_and_whole(house: House, grant: str | None, status: int, body: object):
    assert said(await call(house, await app(house), grant_type=grant)) == (status, body)


@pytest.mark.attack(21, 29)
async def test_a_code_is_good_once_and_a_second_time_ends_what_it_started(house: House):
    made = await app(house)
    value = await code(house, made)
    first = (await exchanged(house, made, value)).json()
    assert await works(house, first["access_token"])
    assert said(await exchanged(house, made, value)) == (400, NO_CODE)
    assert not await works(house, first["access_token"])
    assert said(await refreshed(house, made, first["refresh_token"])) == (400, NO_TOKEN)
    for other in ("0" * 64, "x", first["refresh_token"]):
        assert said(await exchanged(house, made, other)) == (400, NO_CODE)


@pytest.mark.attack(22)
@pytest.mark.settings(limits=False)
async def test_of_many_exchanges_at_once_one_succeeds_and_its_tokens_end(house: House):
    made = await app(house)
    value = await code(house, made)
    answers = await asyncio.gather(*(exchanged(house, made, value) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 9
    [taken] = [answer.json() for answer in answers if answer.status_code == 200]
    assert not await works(house, taken["access_token"])


@pytest.mark.attack(23)
async def test_a_code_of_another_client_is_refused_and_burnt(house: House):
    one, other = await app(house), await app(house)
    value = await code(house, one)
    answer = await exchanged(house, other, value)
    assert said(answer) == (400, error("invalid_grant", "Invalid grant: authorization code is invalid"))
    assert said(await exchanged(house, one, value)) == (400, NO_CODE)


@pytest.mark.attack(16)
async def test_a_code_lives_five_minutes(house: House):
    made = await app(house)
    value, late = await code(house, made), await code(house, made)
    house.clock.pass_(seconds=299)
    assert (await exchanged(house, made, value)).status_code == 200
    house.clock.pass_(seconds=1)
    answer = await exchanged(house, made, late)
    assert said(answer) == (400, error("invalid_grant", "Invalid grant: authorization code has expired"))


async def test_the_redirect_uri_is_needed_again_even_where_it_was_left_out(house: House):
    made = await app(house)
    for asked_for in (CALLBACK, None):
        answer = await exchanged(house, made, await code(house, made, redirect_uri=asked_for), redirect_uri=None)
        assert said(answer) == (400, error("invalid_request", "Invalid request: `redirect_uri` is not a valid URI"))
    assert (await exchanged(house, made, await code(house, made, redirect_uri=None))).status_code == 200


@pytest.mark.attack(24)
async def test_another_redirect_uri_burns_the_code(house: House):
    made = await app(house, redirectUri=f"{CALLBACK},https://other.example/cb")
    value = await code(house, made)
    answer = await exchanged(house, made, value, redirect_uri="https://other.example/cb")
    assert said(answer) == (400, error("invalid_request", "Invalid request: `redirect_uri` is invalid"))
    assert said(await exchanged(house, made, value)) == (400, NO_CODE)


@pytest.mark.attack(26, 28)
@pytest.mark.parametrize(
    ("asked_for", "verifier"), [(S256, ANOTHER_VERIFIER), (S256, "short"), (S256, "~" * 200), ({}, VERIFIER)]
)
async def test_a_verifier_that_does_not_fit_burns_the_code(house: House, asked_for: dict[str, str], verifier: str):
    made = await app(house)
    value = await code(house, made, **asked_for)
    assert said(await exchanged(house, made, value, code_verifier=verifier)) == (400, BAD_VERIFIER)
    assert said(await exchanged(house, made, value, code_verifier=VERIFIER)) == (400, NO_CODE)


@pytest.mark.attack(25)
async def test_a_challenge_needs_its_verifier(house: House):
    made = await app(house)
    answer = await exchanged(house, made, await code(house, made, **S256))
    assert said(answer) == (400, error("invalid_grant", "Missing parameter: `code_verifier`"))
    answer = await exchanged(house, made, await code(house, made, **S256), code_verifier=VERIFIER)
    assert answer.status_code == 200


async def test_a_refresh_replaces_both_tokens(house: House):
    made = await app(house)
    first = await tokens(house, made)
    answer = await refreshed(house, made, first["refresh_token"])
    assert re.fullmatch(
        r'\{"access_token":"[0-9a-f]{64}","token_type":"Bearer","expires_in":3600,"refresh_token":"[0-9a-f]{64}"\}',
        answer.text,
    )
    second = answer.json()
    assert {first["access_token"], first["refresh_token"]}.isdisjoint(second.values())
    assert not await works(house, first["access_token"])
    assert await works(house, second["access_token"])


async def test_several_tokens_live_side_by_side(house: House):
    made = await app(house)
    one, other = await tokens(house, made), await tokens(house, made)
    await refreshed(house, made, one["refresh_token"])
    assert await works(house, other["access_token"])


@pytest.mark.attack(33, 34)
async def test_a_rotated_token_ends_the_family(house: House):
    made = await app(house)
    first = await tokens(house, made)
    second = (await refreshed(house, made, first["refresh_token"])).json()
    third = (await refreshed(house, made, second["refresh_token"])).json()
    assert said(await refreshed(house, made, first["refresh_token"])) == (400, NO_TOKEN)
    assert said(await refreshed(house, made, third["refresh_token"])) == (400, NO_TOKEN)
    assert not await works(house, third["access_token"])


@pytest.mark.attack(32)
@pytest.mark.settings(limits=False)
async def test_of_many_refreshes_at_once_no_two_families_live(house: House):
    made = await app(house)
    first = await tokens(house, made)
    answers = await asyncio.gather(*(refreshed(house, made, first["refresh_token"]) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 9
    [taken] = [answer.json() for answer in answers if answer.status_code == 200]
    assert not await works(house, taken["access_token"])


@pytest.mark.attack(40)
async def test_a_refresh_token_of_another_client_ends_the_family(house: House):
    one, other = await app(house), await app(house)
    taken = await tokens(house, one)
    answer = await refreshed(house, other, taken["refresh_token"])
    assert said(answer) == (400, error("invalid_grant", "Invalid grant: refresh token was issued to another client"))
    assert said(await refreshed(house, one, taken["refresh_token"])) == (400, NO_TOKEN)


@pytest.mark.parametrize("token", ["x", "0" * 64, "é"])
async def test_an_unknown_refresh_token_is_refused(house: House, token: str):
    assert said(await refreshed(house, await app(house), token)) == (400, NO_TOKEN)


@pytest.mark.attack(43)
async def test_a_refresh_token_lives_fourteen_days_from_each_rotation(house: House):
    made = await app(house)
    taken = await tokens(house, made)
    for _ in range(30):
        house.clock.pass_(days=13)
        answer = await refreshed(house, made, taken["refresh_token"])
        assert answer.status_code == 200
        taken = answer.json()
    house.clock.now += 14 * DAY
    answer = await refreshed(house, made, taken["refresh_token"])
    assert said(answer) == (400, error("invalid_grant", "Invalid grant: refresh token has expired"))


async def test_an_abandoned_refresh_token_is_forgotten_a_while_after_it_expired(house: House):
    made = await app(house)
    taken = await tokens(house, made)
    for days, description in (
        (14, "Invalid grant: refresh token has expired"),
        (13, "Invalid grant: refresh token has expired"),
        (1, "Invalid token"),
    ):
        house.clock.pass_(days=days)
        await house.store.upkeep.purge(house.clock.now, limit=1000)
        answer = await refreshed(house, made, taken["refresh_token"])
        assert said(answer) == (400, error("invalid_grant", description))


@pytest.mark.attack(41)
async def test_a_refresh_asks_for_no_scope(house: House):
    made = await app(house)
    taken = await tokens(house, made)
    answer = await refreshed(house, made, taken["refresh_token"], scope="openid")
    assert said(answer) == (400, error("invalid_scope", "Invalid scope: Unable to add extra scopes"))
    assert (await refreshed(house, made, taken["refresh_token"])).status_code == 200


async def test_an_access_token_lives_an_hour(house: House):
    taken = await tokens(house, await app(house))
    house.clock.pass_(seconds=3599)
    assert await works(house, taken["access_token"])
    house.clock.pass_(seconds=1)
    assert not await works(house, taken["access_token"])


@pytest.mark.attack(29)
async def test_nothing_of_this_surface_works_at_the_standard_endpoints(house: House):
    made = await app(house)
    taken = await tokens(house, made)
    form = {"client_id": made["clientId"], "client_secret": made["clientSecret"]}
    answer = await house.call("POST", "/oauth2/introspect", data={**form, "token": taken["access_token"]})
    assert answer.status_code == 401
    bearer = {"authorization": f"Bearer {taken['access_token']}"}
    assert (await house.call("GET", "/oauth2/userinfo", headers=bearer)).status_code == 401
    assert (await house.call("GET", "/api/applications", headers=bearer)).status_code == 401


async def test_who_is_deactivated_or_gone_gets_no_tokens(house: House):
    made, bob = await app(house), await house.user("bob")
    waiting, taken = await code(house, made), await tokens(house, made)
    # As it is for a moment: the person is marked, and what proves them is not ended yet.
    change = house.services.ambient.change(await house.actor("admin"), "user.updated", bob.id)
    await house.store.users.replace(bob, replace(bob, active=False), change, end_credentials=False)
    assert said(await exchanged(house, made, waiting)) == (400, NO_TOKEN)
    assert said(await refreshed(house, made, taken["refresh_token"])) == (400, NO_TOKEN)


@pytest.mark.parametrize("how", ["users.delete", "users.setActiveStatus"])
async def test_what_a_person_allowed_ends_with_them(house: House, how: str):
    person = {"name": "Paula", "email": "paula@example.com", "username": "paula", "password": "password"}
    user_id = (await post(house, "users.create", person)).json()["user"]["_id"]
    made = await app(house)
    waiting, taken = await code(house, made, "paula"), await tokens(house, made, "paula")
    assert (await post(house, how, {"userId": user_id, "activeStatus": False})).status_code == 200
    assert said(await exchanged(house, made, waiting)) == (400, NO_CODE)
    assert said(await refreshed(house, made, taken["refresh_token"])) == (400, NO_TOKEN)
    assert not await works(house, taken["access_token"])
