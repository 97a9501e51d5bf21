"""Back-channel logout: every application of a session is told of its end, by a token that is nothing else."""

import asyncio
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from licet.domain.user import Session
from licet.oauth.logout import tell
from licet.oauth.presented import verified
from licet.services.ports import Fetched
from licet.web.fetch import Guard
from tests.conformance.assertions import new_key, public
from tests.conformance.fapi2.test_profiles import FAPI, code, redemption, send
from tests.conformance.holding import Key
from tests.conformance.oidc_logout.conftest import HEARS
from tests.conformance.person import asking, told
from tests.conformance.protocol import INACTIVE, JWKS, SECONDS, TOKEN, USERINFO, app, bearer, parts, said
from tests.conformance.rfc8693.exchange import ACCESS, ID, allow, exchange, exchanger

LOGOUT = "/oauth2/logout"
HERE = "http://127.0.0.1:8000"


async def signed_in(someone, client, **more):
    """What the application was given when the person signed in there."""
    return (await client.redeem((await someone.allowed(client, **more))["code"])).json()


async def sign_out(someone, tokens):
    return await someone.visit(f"{LOGOUT}?{urlencode({'id_token_hint': tokens['id_token']})}")


def heard(house):
    """The logout tokens that were sent, in order."""
    return [
        dict(parse_qsl((body or b"").decode(), strict_parsing=True))["logout_token"] for _, body in house.outside.asked
    ]


@pytest.fixture
def answering(quiet):
    quiet.outside.answers[HEARS] = Fetched(200, {}, b"")
    return quiet


@pytest.mark.attack(107)
@pytest.mark.rfc("OpenID Connect Back-Channel Logout", "2.4")
async def test_a_sign_out_is_told_by_a_logout_token(answering, someone, listener):
    tokens = await signed_in(someone, listener)
    assert await tell(listener.context) == 0
    await sign_out(someone, tokens)
    assert await tell(listener.context) == 1
    assert [url for url, _ in answering.outside.asked] == [HEARS]
    token = heard(answering)[0]
    keys = KeySet.import_key_set((await answering.call("GET", JWKS)).json())
    read = jwt.decode(token, keys)
    identity = parts(tokens["id_token"])[1]
    assert read.header["typ"] == "logout+jwt"
    assert read.claims == {
        "iss": HERE,
        "sub": identity["sub"],
        "aud": listener.client_id,
        "iat": SECONDS,
        "exp": SECONDS + 120,
        "jti": read.claims["jti"],
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        "sid": identity["sid"],
    }
    assert await tell(listener.context) == 0


@pytest.mark.rfc("OpenID Connect Back-Channel Logout", "2.7")
async def test_who_was_allowed_to_stay_is_told_and_keeps_its_tokens(answering, someone, listener):
    tokens = await signed_in(someone, listener, scope="openid offline_access")
    await sign_out(someone, tokens)
    assert await tell(listener.context) == 1
    assert await listener.lives(tokens) == (True, True)


async def test_who_signed_in_long_ago_is_told_too(answering, someone, listener):
    tokens = await signed_in(someone, listener)
    answering.clock.pass_(seconds=4 * 3_600)
    await answering.store.upkeep.purge(answering.clock.now, limit=1_000)
    await sign_out(someone, tokens)
    assert await tell(listener.context) == 1


async def manage(house, method, path="", **more):
    """What an administrator does to bob."""
    bob = await house.user("bob")
    answer = await house.call(
        method, f"/api/manage/users/{bob.id}{path}", headers=await house.bearer("admin"), json=more or None
    )
    assert answer.is_success, answer.text


async def switch(_house, someone):
    await someone.sign_in(await someone.visit("/login?another"), "alice")


async def change_password(house, _someone):
    await manage(house, "PUT", "/password", password="correct horse")


async def deactivate(house, _someone):
    await manage(house, "PATCH", active=False)


async def delete(house, _someone):
    await manage(house, "DELETE")


@pytest.mark.rfc("OpenID Connect Back-Channel Logout", "2.3")
@pytest.mark.parametrize("end", [switch, change_password, deactivate, delete])
async def test_whatever_ends_the_session_the_application_is_told(answering, someone, listener, end):
    tokens = await signed_in(someone, listener, name="bob")
    await end(answering, someone)
    assert await tell(listener.context) == 1
    identity, claims = parts(tokens["id_token"])[1], parts(heard(answering)[0])[1]
    assert (claims["sub"], claims["sid"]) == (identity["sub"], identity["sid"])


async def test_who_signs_in_again_stays_in_the_session(answering, someone, listener):
    first = await signed_in(someone, listener)
    await someone.sign_in(await someone.visit("/login?another"), "alice")
    assert await tell(listener.context) == 0
    await sign_out(someone, first)
    assert await tell(listener.context) == 1


async def test_everybody_in_the_session_is_told_once_and_nobody_else(answering, someone, another, listener):
    second = await app(answering, backchannel_logout_uri="https://app.example/second")
    deaf, elsewhere = await app(answering), await app(answering, backchannel_logout_uri="https://app.example/third")
    answering.outside.answers["https://app.example/second"] = Fetched(204, {}, b"")
    tokens = await signed_in(someone, listener)
    await signed_in(someone, listener)
    await signed_in(someone, second)
    await signed_in(someone, deaf)
    await signed_in(another, elsewhere, name="mallory")
    await sign_out(someone, tokens)
    assert await tell(listener.context) == 2
    assert sorted(url for url, _ in answering.outside.asked) == [HEARS, "https://app.example/second"]


async def test_an_application_that_refreshes_is_not_put_into_an_ended_session_again(answering, someone, listener):
    tokens = await signed_in(someone, listener, scope="openid offline_access")
    await sign_out(someone, tokens)
    await tell(listener.context)
    assert (await listener.refresh(tokens["refresh_token"])).status_code == 200
    ended, now = parts(tokens["id_token"])[1]["sid"], answering.clock.now
    alice = await answering.user("alice")
    revived = Session(
        id=ended,
        digest=b"d" * 32,
        user_id=alice.id,
        surface="login",
        created_at=now,
        expires_at=now + 1,
        last_used_at=now,
    )
    assert await answering.store.sessions.insert(revived, keep=None, password_hash=alice.password_hash or "")
    assert await answering.store.sessions.end(ended, now) == []


async def test_nor_is_one_whose_refresh_tokens_do_not_rotate(answering, someone):
    key, holder = new_key(), Key()
    bank = await app(answering, public=True, **{**FAPI, "jwks": public(key), "backchannel_logout_uri": HEARS})
    made = await send(bank, key, TOKEN, redemption(await code(someone, bank, key)), holder.proof(answering))
    await sign_out(someone, made.json())
    assert await tell(bank.context) == 1
    for _ in range(2):
        refresh = {"grant_type": "refresh_token", "refresh_token": made.json()["refresh_token"]}
        assert (await send(bank, key, TOKEN, refresh, holder.proof(answering))).status_code == 200
        assert await tell(bank.context) == 0


@pytest.mark.rfc("OpenID Connect Back-Channel Logout", "2.5")
@pytest.mark.parametrize("status", [None, 302, 400, 503])
async def test_who_does_not_answer_is_told_again_a_few_times_and_then_no_more(quiet, someone, listener, status):
    if status is not None:
        quiet.outside.answers[HEARS] = Fetched(status, {}, b"")
    await sign_out(someone, await signed_in(someone, listener))
    for pause in (10, 60, 600):
        assert await tell(listener.context) == 1
        quiet.clock.pass_(seconds=pause - 1)
        assert await tell(listener.context) == 0
        quiet.clock.pass_(seconds=1)
    assert await tell(listener.context) == 1
    quiet.clock.pass_(days=1)
    assert await tell(listener.context) == 0
    assert len(quiet.outside.asked) == 4


@pytest.mark.attack(107)
async def test_a_token_is_another_one_at_every_attempt(quiet, someone, listener):
    await sign_out(someone, await signed_in(someone, listener))
    await tell(listener.context)
    quiet.clock.pass_(seconds=10)
    await tell(listener.context)
    first, second = (parts(token)[1] for token in heard(quiet))
    assert first["jti"] != second["jti"]
    assert second["exp"] == SECONDS + 130


async def test_of_two_workers_that_look_at_once_one_tells(answering, someone, listener):
    await sign_out(someone, await signed_in(someone, listener))
    assert sorted(await asyncio.gather(tell(listener.context), tell(listener.context))) == [0, 1]
    assert len(answering.outside.asked) == 1


async def test_an_application_that_is_off_or_gone_is_not_told(answering, someone, listener):
    tokens = await signed_in(someone, listener)
    await listener.change(enabled=False)
    await someone.send(await someone.visit(LOGOUT))
    assert await tell(listener.context) == 1
    assert answering.outside.asked == []
    assert "id_token" in tokens


@pytest.mark.attack(107)
async def test_an_internal_address_is_never_connected_to(quiet, someone):
    connected = []
    server = await asyncio.start_server(lambda *pair: connected.append(pair), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        inside = await app(quiet, backchannel_logout_uri=f"http://127.0.0.1:{port}/logout")
        await sign_out(someone, await signed_in(someone, inside))
        guarded = replace(inside.context, ambient=replace(inside.context.ambient, fetch=Guard()))
        assert await tell(guarded) == 1
    assert connected == []


@pytest.mark.attack(84, 107)
async def test_a_logout_token_opens_nothing_and_is_no_id_token(answering, someone, listener):
    await sign_out(someone, await signed_in(someone, listener))
    await tell(listener.context)
    token = heard(answering)[0]
    assert await listener.introspect(token) == INACTIVE
    assert (await answering.call("GET", USERINFO, headers=bearer(token))).status_code == 401
    assert await verified(listener.context, token, "JWT") is None
    refused = told(await someone.get(asking(listener, id_token_hint=token, prompt="none")))
    assert refused["error"] == "invalid_request"
    await allow(answering)
    service = await exchanger(answering)
    for token_type in (ACCESS, ID):
        answer = await exchange(service, token, subject_token_type=token_type)
        assert said(answer) == (400, "invalid_request")


@pytest.mark.attack(84)
async def test_an_access_token_and_an_id_token_are_nothing_in_each_others_place(answering, someone, listener):
    tokens = await signed_in(someone, listener)
    assert await listener.introspect(tokens["id_token"]) == INACTIVE
    assert (await answering.call("GET", USERINFO, headers=bearer(tokens["id_token"]))).status_code == 401
    refused = told(await someone.get(asking(listener, id_token_hint=tokens["access_token"], prompt="none")))
    assert refused["error"] == "invalid_request"
