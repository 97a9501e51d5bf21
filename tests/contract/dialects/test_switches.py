"""Surfaces that an operator switches off, or binds to a host name of their own."""

import pytest

from tests.contract.dialects.house import House

TEABLE, TIMBRIX, CHAT, NATIVE = (
    "/api/oauth/client",
    "/api/oauth/apps/organization/acme",
    "/api/v1/oauth-apps.list",
    "/api/applications",
)


async def statuses(house: House, host: str) -> list[int]:
    headers = {"host": host}
    return [(await house.call("GET", path, headers=headers)).status_code for path in (TEABLE, TIMBRIX, CHAT, NATIVE)]


@pytest.mark.settings(dialects=("native", "teable"))
async def test_a_surface_that_is_off_leaves_its_paths_to_the_owner_of_the_longest_prefix(house: House) -> None:
    timbrix, chat = await house.call("GET", TIMBRIX), await house.call("GET", CHAT)
    assert await statuses(house, "127.0.0.1:8000") == [401, 404, 404, 401]
    assert timbrix.json() == {"message": "Not Found", "status": 404, "code": "not_found"}
    assert chat.json()["type"] == "urn:licet:problem:unknown-route"


@pytest.mark.settings(dialects=("native", "teable"))
async def test_applications_of_a_surface_that_is_off_are_managed_by_the_others(house: House) -> None:
    listed = await house.call("GET", NATIVE, params={"surface": "timbrix"}, headers=await house.bearer("alice"))
    (application,) = listed.json()["items"]
    changed = await house.call(
        "PATCH",
        f"{NATIVE}/{application['client_id']}",
        json={"description": "Still looked after"},
        headers=await house.bearer("alice"),
    )
    assert (changed.status_code, changed.json()["scope"]) == (200, application["scope"])


@pytest.mark.settings(
    origins=("http://chat.example",), dialect_hosts=("rocketchat=chat.example", "teable=127.0.0.1:8000")
)
async def test_a_surface_bound_to_a_host_answers_there_and_nowhere_else(house: House) -> None:
    assert await statuses(house, "127.0.0.1:8000") == [401, 401, 404, 401]
    assert await statuses(house, "chat.example") == [404, 401, 401, 401]


async def test_a_host_that_nobody_configured_is_misdirected(house: House) -> None:
    assert await statuses(house, "evil.example") == [421, 421, 421, 421]


@pytest.mark.settings(port=80)
async def test_at_the_port_that_nobody_names_all_names_of_this_machine_are_answered(house: House) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]", "127.0.0.1:80", "localhost:80"):
        assert await statuses(house, host) == [401, 401, 401, 401]
