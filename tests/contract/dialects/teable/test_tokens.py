"""Personal access tokens: made, shown, changed, renewed and ended by their owner's session."""

import hashlib
import re
from typing import Any

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import CLIENTS, TOKENS, UNAUTHORIZED, refused, said, signed_in

BODY = {"name": "sync", "scopes": ["table|read"], "expiredTime": "2027-03-25"}
FORM = re.compile(r"teable_acc[0-9A-Za-z]{16}_[A-Za-z0-9+/]{43}=")
UNKNOWN = '{"message":"Access token not found","status":404,"code":"not_found"}'


async def _made(house: House, person: str = "alice", /, **said_: Any) -> dict[str, Any]:
    answer = await house.call("POST", TOKENS, json={**BODY, **said_}, headers=await signed_in(house, person))
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_new_token_is_shown_once_with_all_that_was_said(house: House):
    headers = await signed_in(house, "alice")
    body = {**BODY, "description": "d", "spaceIds": ["spc1"], "baseIds": ["bse1", "bse2"], "userId": "usr0"}
    answer = await house.call("POST", TOKENS, json=body, headers=headers)
    assert answer.status_code == 201
    shown = answer.json()
    assert FORM.fullmatch(shown["token"])
    assert len(shown["token"]) == 71
    assert answer.text == (
        f'{{"id":"{shown["id"]}","name":"sync","description":"d","scopes":["table|read"],"spaceIds":["spc1"],'
        f'"baseIds":["bse1","bse2"],"expiredTime":"2027-03-25T00:00:00.000Z","createdTime":"2026-11-18T11:06:40.000Z",'
        f'"token":"{shown["token"]}"}}'
    )
    again = await house.call("GET", f"{TOKENS}/{shown['id']}", headers=headers)
    assert again.status_code == 200
    assert again.json() == {key: value for key, value in shown.items() if key != "token"}
    assert shown["token"] not in (await house.call("GET", TOKENS, headers=headers)).text
    every = await house.services.personal_tokens.of(await house.actor("alice", "teable"))
    (kept,) = (token for token in every if token.name == "sync")
    assert kept.digest == hashlib.sha256(shown["token"].encode()).digest()
    assert kept.scopes is None


async def test_what_is_not_said_is_not_shown(house: House):
    shown = await _made(house)
    assert list(shown) == ["id", "name", "scopes", "expiredTime", "createdTime", "token"]
    shown = await _made(house, spaceIds=None, baseIds=None, expiredTime="2030-01-01T01:02:03.004+01:00")
    assert "spaceIds" not in shown
    assert "baseIds" not in shown
    assert shown["expiredTime"] == "2030-01-01T00:02:03.004Z"


async def test_the_list_holds_every_token_of_the_caller_and_no_other(house: House):
    headers = await signed_in(house, "bob")
    assert (await house.call("GET", TOKENS, headers=headers)).text == "[]"
    shown = [await _made(house, "bob", name=f"token {number}") for number in range(3)]
    await _made(house, "alice")
    listed = (await house.call("GET", TOKENS, headers=headers)).json()
    expected = [{key: value for key, value in token.items() if key != "token"} for token in shown]
    assert sorted(listed, key=lambda token: token["name"]) == expected


async def test_every_use_shows_as_the_last_used_time(house: House):
    shown = await _made(house)
    for moment, written in (
        (1_795_000_005_678, "2026-11-18T11:06:45.678Z"),
        (1_795_000_005_679, "2026-11-18T11:06:45.679Z"),
    ):
        house.clock.now = moment
        await house.call("GET", CLIENTS, headers={"authorization": f"Bearer {shown['token']}"})
        headers = await signed_in(house, "alice")
        again = (await house.call("GET", f"{TOKENS}/{shown['id']}", headers=headers)).json()
        assert again["lastUsedTime"] == written


async def test_a_change_replaces_what_it_says_and_keeps_value_and_end(house: House):
    headers = await signed_in(house, "alice")
    shown = await _made(house, description="d", spaceIds=["spc1"], baseIds=["bse1"])
    path = f"{TOKENS}/{shown['id']}"
    body = {"name": "new", "description": "e", "scopes": ["record|read"], "spaceIds": ["spc2"], "baseIds": None}
    answer = await house.call("PUT", path, json={**body, "expiredTime": "1999-01-01", "token": "x"}, headers=headers)
    assert answer.status_code == 200
    assert answer.text == (
        f'{{"id":"{shown["id"]}","name":"new","description":"e","scopes":["record|read"],"spaceIds":["spc2"],'
        f'"expiredTime":"2027-03-25T00:00:00.000Z","createdTime":"2026-11-18T11:06:40.000Z"}}'
    )
    assert (await house.call("GET", path, headers=headers)).json() == answer.json()
    answer = await house.call("PUT", path, json={**body, "spaceIds": None}, headers=headers)
    assert "spaceIds" not in answer.json()
    bearer = {"authorization": f"Bearer {shown['token']}"}
    assert (await house.call("GET", CLIENTS, headers=bearer)).status_code == 200


async def test_a_change_keeps_description_and_narrowings_that_it_leaves_out(house: House):
    shown = await _made(house, description="d", spaceIds=["spc1"], baseIds=[])
    body = {"name": "new", "scopes": []}
    answer = await house.call("PUT", f"{TOKENS}/{shown['id']}", json=body, headers=await signed_in(house, "alice"))
    assert answer.status_code == 200
    assert answer.json() == {**{key: shown[key] for key in shown if key != "token"}, **body}


async def test_a_renewed_token_has_a_new_value_and_the_old_one_is_dead(house: House):
    shown = await _made(house)
    path = f"{TOKENS}/{shown['id']}/refresh"
    answer = await house.call(
        "POST", path, json={"expiredTime": "2028-01-01T00:00:00.000Z"}, headers=await signed_in(house, "alice")
    )
    assert answer.status_code == 200
    renewed = answer.json()
    assert FORM.fullmatch(renewed["token"])
    assert renewed["token"] != shown["token"]
    assert answer.text == (
        f'{{"id":"{shown["id"]}","expiredTime":"2028-01-01T00:00:00.000Z","token":"{renewed["token"]}"}}'
    )
    old, new = ({"authorization": f"Bearer {each['token']}"} for each in (shown, renewed))
    assert said(await house.call("GET", CLIENTS, headers=old)) == (401, UNAUTHORIZED)
    assert (await house.call("GET", CLIENTS, headers=new)).status_code == 200


async def test_an_ended_token_opens_nothing(house: House):
    headers = await signed_in(house, "alice")
    shown = await _made(house)
    answer = await house.call("DELETE", f"{TOKENS}/{shown['id']}", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    bearer = {"authorization": f"Bearer {shown['token']}"}
    assert said(await house.call("GET", CLIENTS, headers=bearer)) == (401, UNAUTHORIZED)
    assert said(await house.call("GET", f"{TOKENS}/{shown['id']}", headers=headers)) == (404, UNKNOWN)
    assert said(await house.call("DELETE", f"{TOKENS}/{shown['id']}", headers=headers)) == (404, UNKNOWN)


async def test_another_persons_token_is_unknown(house: House):
    path = f"{TOKENS}/{(await _made(house, 'alice'))['id']}"
    headers = {**await signed_in(house, "mallory"), "content-type": "application/json"}
    for method, target in (("GET", path), ("PUT", path), ("POST", f"{path}/refresh"), ("DELETE", path)):
        assert said(await house.call(method, target, content=b"{broken", headers=headers)) == (404, UNKNOWN)


async def test_an_unknown_token_is_404(house: House):
    for token_id in ("x", "acc" + "0" * 17, "acc" + "Z" * 17, "%E2%82%AC"):
        answer = await house.call("GET", f"{TOKENS}/{token_id}", headers=await signed_in(house, "alice"))
        assert said(answer) == (404, UNKNOWN)


async def test_a_bad_expired_time_is_named(house: House):
    headers = await signed_in(house, "alice")
    path = f"{TOKENS}/{(await _made(house))['id']}/refresh"
    for wrong in ("yesterday", "", "2027-02-30", "25.03.2027"):
        for target in (TOKENS, path):
            answer = await house.call("POST", target, json={**BODY, "expiredTime": wrong}, headers=headers)
            assert said(answer) == refused('Invalid input: expected date-time at "expiredTime"')


async def test_a_token_with_faults_is_not_made(house: House):
    headers = await signed_in(house, "bob")
    for wrong, message in (
        ({"name": None}, 'Invalid input: expected string, received null at "name"'),
        ({"name": ""}, 'Too small: expected string to have >=1 characters at "name"'),
        ({"description": None}, 'Invalid input: expected string, received null at "description"'),
        ({"scopes": None}, 'Invalid input: expected array, received null at "scopes"'),
        ({"scopes": [1]}, 'Invalid input: expected string, received number at "scopes[0]"'),
        ({"spaceIds": "x"}, 'Invalid input: expected array, received string at "spaceIds"'),
        ({"expiredTime": 5}, 'Invalid input: expected string, received number at "expiredTime"'),
    ):
        assert said(await house.call("POST", TOKENS, json={**BODY, **wrong}, headers=headers)) == refused(message)
    assert (await house.call("GET", TOKENS, headers=headers)).text == "[]"


async def test_everything_required_is_named_at_once(house: House):
    answer = await house.call("POST", TOKENS, json={}, headers=await signed_in(house, "alice"))
    assert said(answer) == refused(
        'Invalid input: expected string, received undefined at "name"; '
        'Invalid input: expected array, received undefined at "scopes"; '
        'Invalid input: expected string, received undefined at "expiredTime"'
    )
