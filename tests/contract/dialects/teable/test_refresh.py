"""Refresh tokens at this surface: good once, bound to the application, and gone with everything else."""

import asyncio
from typing import Any

import pytest

from licet.domain.family import Consent
from licet.domain.revision import Change
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import signed_in
from tests.contract.dialects.teable.flow import bearer, fault, register, switch

USER = "/api/auth/user"


@pytest.mark.attack(41)
async def test_a_refresh_brings_both_anew_and_the_access_token_before_lives_on(house: House):
    app = await register(house)
    first = await app.tokens(scope="table|read")
    house.clock.pass_(seconds=60)
    second = (await app.refresh(first["refresh_token"], scope="everything|else")).json()
    assert second["scopes"] == ["table|read"]
    assert (second["expires_in"], second["refresh_expires_in"]) == (600, 2592000)
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    for tokens in (first, second):
        assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 200
    house.clock.pass_(seconds=540)
    assert (await house.call("GET", USER, headers=bearer(first))).status_code == 401
    assert (await house.call("GET", USER, headers=bearer(second))).status_code == 200


@pytest.mark.attack(43)
async def test_every_rotation_gives_the_whole_lifetime_again(house: House):
    app = await register(house)
    tokens = await app.tokens()
    for _ in range(6):
        house.clock.pass_(days=29.9)
        answer = await app.refresh(tokens["refresh_token"])
        assert answer.status_code == 201, answer.text
        tokens = answer.json()
        await house.store.upkeep.purge(house.clock(), limit=1000)
    house.clock.pass_(days=30)
    assert fault(await app.refresh(tokens["refresh_token"])) == (401, "Invalid refresh token")


@pytest.mark.attack(33, 34, 35, 38)
async def test_a_replay_is_refused_and_ends_the_family(house: House):
    app = await register(house)
    first = await app.tokens()
    second = (await app.refresh(first["refresh_token"])).json()
    assert fault(await app.refresh(first["refresh_token"])) == (401, "Invalid refresh token")
    assert fault(await app.refresh(second["refresh_token"])) == (401, "Invalid access token")
    assert (await house.call("GET", USER, headers=bearer(second))).status_code == 401


@pytest.mark.attack(32)
async def test_of_ten_refreshes_at_once_one_succeeds(house: House):
    app = await register(house)
    tokens = await app.tokens()
    answers = await asyncio.gather(*(app.refresh(tokens["refresh_token"]) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201, *[401] * 9]


async def test_a_refresh_without_or_with_a_forged_token(house: House):
    app = await register(house)
    assert fault(await app.refresh("")) == (400, "Missing required parameter: refresh_token")
    for forged in ("nonsense", "A" * 64, "eyJhbGciOiJub25lIn0.e30."):
        assert fault(await app.refresh(forged)) == (401, "Invalid refresh token")


@pytest.mark.attack(40)
async def test_the_token_of_another_client_is_lost_to_both(house: House):
    app, other = await register(house), await register(house)
    tokens = await app.tokens()
    assert fault(await other.refresh(tokens["refresh_token"])) == (401, "Invalid client")
    assert fault(await app.refresh(tokens["refresh_token"])) == (401, "Invalid access token")


@pytest.mark.attack(39, 45)
async def test_a_secret_clients_token_needs_a_secret_and_a_public_clients_none(house: House):
    app = await register(house)
    secret, public = await app.tokens(), await app.public_tokens()
    assert fault(await app.refresh(secret["refresh_token"], client_secret=None)) == (401, "Invalid secret")
    assert fault(await app.refresh(secret["refresh_token"], client_secret="x")) == (401, "Client secret invalid")
    assert fault(await app.refresh(public["refresh_token"])) == (401, "Invalid secret")
    assert (await app.refresh(secret["refresh_token"])).status_code == 201
    verified = await app.refresh(public["refresh_token"], client_secret=None, code_verifier="ignored")
    assert verified.status_code == 201


@pytest.mark.attack(61)
async def test_any_live_secret_of_the_application_may_present_it(house: House):
    app = await register(house)
    tokens = await app.tokens()
    alice = await signed_in(house, "alice")
    first = (await house.call("GET", app.path, headers=alice)).json()["secrets"][0]["id"]
    second = (await house.call("POST", f"{app.path}/secret", headers=alice)).json()["secret"]
    await house.call("DELETE", f"{app.path}/secret/{first}", headers=alice)
    assert fault(await app.refresh(tokens["refresh_token"])) == (401, "Client secret invalid")
    assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 200
    assert (await app.refresh(tokens["refresh_token"], client_secret=second)).status_code == 201


async def test_narrowing_caps_and_widening_gives_nothing(house: House):
    app = await register(house, scopes=["table|read", "base|read_all"])
    tokens = await app.tokens()
    bases = "/api/base/access/all"
    assert (await house.call("GET", bases, headers=bearer(tokens))).status_code == 200
    await app.update(scopes=["table|read", "table|delete"])
    assert (await house.call("GET", bases, headers=bearer(tokens))).status_code == 403
    assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 200
    assert (await app.refresh(tokens["refresh_token"])).json()["scopes"] == ["table|read"]


async def test_clearing_the_scopes_leaves_tokens_without_any(house: House):
    app = await register(house)
    tokens = await app.tokens()
    await app.update(scopes=None)
    assert (await app.refresh(tokens["refresh_token"])).json()["scopes"] == []


async def test_other_changes_leave_tokens_alone(house: House):
    app = await register(house)
    tokens = await app.tokens()
    await app.update(name="Renamed", description="Other", redirectUris=["https://acme.example/moved"])
    assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 200
    assert (await app.refresh(tokens["refresh_token"])).status_code == 201


@pytest.mark.attack(42)
async def test_switching_off_stops_tokens_and_switching_on_restores_them(house: House):
    app = await register(house)
    tokens = await app.tokens()
    await switch(house, app, enabled=False)
    assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 401
    assert fault(await app.refresh(tokens["refresh_token"])) == (401, "Client is inactive")
    await switch(house, app, enabled=True)
    assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 200
    assert (await app.refresh(tokens["refresh_token"])).status_code == 201


async def test_deleting_ends_everything_at_once(house: House):
    app = await register(house)
    tokens = await app.tokens()
    code = await app.code()
    await house.call("DELETE", app.path, headers=await signed_in(house, "alice"))
    assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 401
    assert fault(await app.refresh(tokens["refresh_token"])) == (401, "Client not found")
    assert fault(await app.redeem(code)) == (401, "Client not found")
    assert fault(await app.authorize()) == (401, "Client not found")


@pytest.mark.attack(29)
async def test_a_refresh_token_of_another_surface_is_garbage(house: House):
    app = await register(house)
    tokens = await app.tokens()
    answer = await house.call(
        "POST",
        "/oauth2/token",
        data={
            "grant_type": "refresh_token",
            "refresh_token": tokens["refresh_token"],
            "client_id": app.client_id,
            "client_secret": app.secret,
        },
    )
    assert answer.status_code == 401
    assert (await app.refresh(tokens["refresh_token"])).status_code == 201


@pytest.mark.attack(42)
@pytest.mark.parametrize(("grant", "message"), [("code", "Invalid code"), ("refresh", "Unauthorized")])
async def test_a_deactivated_person_gets_nothing(house: House, grant, message):
    app = await register(house)
    tokens, code = await app.tokens(), await app.code()
    bob = await house.user("bob")
    await house.call(
        "PATCH",
        f"/api/manage/users/{bob.id}",
        json={"active": False},
        headers={**await house.bearer("admin"), "content-type": "application/merge-patch+json"},
    )
    answer = await (app.redeem(code) if grant == "code" else app.refresh(tokens["refresh_token"]))
    assert fault(answer) == (401, message)
    assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 401


@pytest.mark.attack(37, 42)
async def test_who_takes_everything_back_in_the_instant_of_their_consent_leaves_no_code(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    app = await register(house)
    put = house.store.consents.put

    async def withdrawn(consent: Consent, change: Change, **more: Any) -> bool:
        assert await put(consent, change, **more)
        return await house.services.authorizations.withdraw(consent.user_id, consent.application_id)

    with monkeypatch.context() as patched:
        patched.setattr(house.store.consents, "put", withdrawn)
        code = await app.code()
    assert fault(await app.redeem(code)) == (401, "Invalid code")


@pytest.mark.settings(teable_token_limit=2)
async def test_of_several_faults_the_first_is_told(house: House):
    app, other = await register(house), await register(house)
    held, public = await app.tokens(), await app.public_tokens("alice")
    house.clock.pass_(days=29)
    replaced = (await app.refresh(held["refresh_token"])).json()["refresh_token"]
    house.clock.pass_(days=1)
    # Out of time, before: of another client, and with a secret that does not belong to it.
    assert fault(await other.refresh(public["refresh_token"])) == (401, "Invalid refresh token")
    assert fault(await app.refresh(public["refresh_token"])) == (401, "Invalid refresh token")
    # Too many, before: rotated already.
    assert (await app.redeem(await app.code())).status_code == 201
    assert (await app.refresh(replaced)).status_code == 201
    assert (await app.refresh(replaced)).status_code == 429
    # Without its secret, before: revoked; and revoked, before: too many.
    await house.call("POST", f"{app.path}/revoke-token", headers=await signed_in(house, "bob"))
    assert fault(await app.refresh(replaced, client_secret=None)) == (401, "Invalid secret")
    assert fault(await app.refresh(replaced)) == (401, "Invalid access token")
    # Of another client, before: without its secret.
    foreign = await other.tokens()
    assert fault(await app.refresh(foreign["refresh_token"], client_secret=None)) == (401, "Invalid client")


async def test_an_application_that_gave_refreshing_up_elsewhere_is_refused(house: House):
    app = await register(house)
    tokens = await app.tokens()
    where, headers = f"/api/applications/{app.client_id}", await house.bearer("alice")
    refused = {"grant_types": ["authorization_code"]}
    assert (await house.call("PATCH", where, json=refused, headers=headers)).status_code == 200
    assert fault(await app.refresh(tokens["refresh_token"])) == (400, "This client may not use this grant type")
    given_back = {"grant_types": ["authorization_code", "refresh_token"]}
    assert (await house.call("PATCH", where, json=given_back, headers=headers)).status_code == 200
    assert (await app.refresh(tokens["refresh_token"])).status_code == 201
