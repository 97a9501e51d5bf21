"""POST /api/oauth/apps/{clientId}/activate and /suspend."""

from itertools import product

from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.scene import (
    APPS,
    LATER,
    MINUTES,
    NO_APPLICATION,
    NOT_JSON,
    NOW,
    ROLE_TOO_LOW,
    bad,
    call,
    kept,
    registered,
)


async def test_suspending_and_activating_answer_the_eight_keys_and_what_they_touch(house: House):
    client_id = (await registered(house))["clientId"]
    house.clock.pass_(seconds=MINUTES)
    answer = await call(house, "carol", "POST", f"{APPS}/{client_id}/suspend")
    assert answer.status_code == 200
    assert answer.text == (
        f'{{"clientId":"{client_id}","name":"Payroll Connector","description":"Reads members for payroll",'
        '"redirectUri":"https://payroll.example/cb","scopes":["read:organization","read:members"],"isActive":false,'
        f'"createdAt":"{NOW}","updatedAt":"{LATER}",'
        '"effect":{"accessTokens":0,"refreshTokens":0,"users":0}}'
    )
    assert answer.headers["etag"] == '"2"'
    answer = await call(house, "carol", "POST", f"{APPS}/{client_id}/activate", json={})
    assert answer.status_code == 200
    assert answer.json()["isActive"] is True
    assert (await kept(house, client_id)).enabled is True


async def test_what_is_in_that_state_already_stays_as_it_is(house: House):
    client_id = (await registered(house))["clientId"]
    house.clock.pass_(seconds=MINUTES)
    answer = await call(house, "alice", "POST", f"{APPS}/{client_id}/activate", json={"reason": "again"})
    assert answer.status_code == 200
    assert answer.json()["updatedAt"] == NOW
    events = (await call(house, "alice", "GET", f"{APPS}/{client_id}/events")).json()
    assert [event["type"] for event in events] == ["oauth_app.created"]


async def test_the_reason_is_kept_beside_the_change(house: House):
    client_id = (await registered(house))["clientId"]
    await call(house, "alice", "POST", f"{APPS}/{client_id}/suspend", json={"reason": "Looks stolen"})
    event = (await call(house, "alice", "GET", f"{APPS}/{client_id}/events")).json()[0]
    assert (event["type"], event["before"], event["after"]) == (
        "oauth_app.suspended",
        {"isActive": True},
        {"isActive": False, "reason": "Looks stolen"},
    )


FAULTS = [
    ({"reason": 5}, "reason must be a string"),
    ({"reason": None}, "reason cannot be null"),
    ({"reason": "a" * 501}, "reason must be at most 500 characters"),
    ({"reason": "a", "isActive": False}, "isActive is not a known field"),
    ([], "body must be a JSON object"),
]


async def test_a_wrong_body_is_refused(house: House):
    client_id = (await registered(house))["clientId"]
    for verb, (body, fault) in product(("activate", "suspend"), FAULTS):
        answer = await call(house, "alice", "POST", f"{APPS}/{client_id}/{verb}", json=body)
        assert answer.status_code == 400
        assert answer.json() == bad(fault)
    assert (await kept(house, client_id)).version == 1


async def test_who_may_not_is_told_before_the_body_is_read(house: House):
    for verb in ["activate", "suspend"]:
        path = f"{APPS}/{(await registered(house))['clientId']}/{verb}"
        for who, expected in (("bob", ROLE_TOO_LOW), ("mallory", NO_APPLICATION), ("alice", NOT_JSON)):
            answer = await call(house, who, "POST", path, content=b"{", headers={"content-type": "text/plain"})
            assert (answer.status_code, answer.json()) == (expected["statusCode"], expected)
