"""What happens between the door and the action: a caller is deleted, deactivated, or loses the permission."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from licet.services.ports import Tally
from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import UNKNOWN_ID, WIKI, coded, created, get, permit, post, shown

Happens = Callable[[], Awaitable[object]]
PAULA = {"name": "Paula", "email": "paula@example.com", "username": "paula", "password": "password"}
NO_USER = coded("Invalid user", "error-invalid-user", method="addOAuthApp")


def not_allowed(method: str) -> dict[str, object]:
    return coded("Not allowed", "error-not-allowed", method=method)


@pytest.fixture
async def paula(house: House) -> str:
    """The id of a manager whose calls are counted."""
    await permit(house, "manage-oauth-apps", "admin", "user")
    answer = await post(house, "users.create", PAULA)
    assert answer.status_code == 200
    return str(answer.json()["user"]["_id"])


@pytest.fixture
def during(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[Happens], None]:
    """Lets something happen in the next call, once it is counted: behind every check at the door, before the action."""
    counters = type(house.store.counters)
    hit = counters.hit

    def arrange(happens: Happens) -> None:
        async def counted(*args: Any, **kwargs: Any) -> Tally:
            monkeypatch.setattr(counters, "hit", hit)
            await happens()
            return await hit(*args, **kwargs)

        monkeypatch.setattr(counters, "hit", counted)

    return arrange


@pytest.mark.parametrize("how", ["users.delete", "users.setActiveStatus"])
async def test_a_caller_who_is_gone_meanwhile_registers_nothing(
    house: House, paula: str, during: Callable[[Happens], None], how: str
):
    await house.chat("paula")
    before = (await get(house, "oauth-apps.list")).text
    during(lambda: post(house, how, {"userId": paula, "activeStatus": False}))
    answer = await post(house, "oauth-apps.create", {**WIKI, "name": ""}, who="paula")
    assert (answer.status_code, answer.json()) == (400, NO_USER)
    assert (await get(house, "oauth-apps.list")).text == before


@pytest.mark.parametrize(
    ("route", "method", "more"),
    [("update", "updateOAuthApp", {**WIKI, "name": ""}), ("delete", "deleteOAuthApp", {})],
)
async def test_a_caller_who_is_gone_meanwhile_changes_nothing(
    house: House, paula: str, during: Callable[[Happens], None], route: str, method: str, more: dict[str, object]
):
    made = await created(house)
    await house.chat("paula")
    during(lambda: post(house, "users.setActiveStatus", {"userId": paula, "activeStatus": False}))
    answer = await post(house, f"oauth-apps.{route}", {"appId": made["_id"], **more}, who="paula")
    assert (answer.status_code, answer.json()) == (400, not_allowed(method))
    assert await shown(house, made["_id"]) == made


@pytest.mark.usefixtures("paula")
@pytest.mark.parametrize(
    ("route", "method", "body"),
    [
        ("create", "addOAuthApp", {**WIKI, "name": ""}),
        ("update", "updateOAuthApp", {"appId": UNKNOWN_ID, **WIKI, "name": ""}),
        ("delete", "deleteOAuthApp", {"appId": UNKNOWN_ID}),
    ],
)
async def test_a_permission_that_is_lost_meanwhile_is_told_before_what_was_sent_is_looked_at(
    house: House, during: Callable[[Happens], None], route: str, method: str, body: dict[str, object]
):
    during(lambda: permit(house, "manage-oauth-apps", "admin"))
    answer = await post(house, f"oauth-apps.{route}", body, who="paula")
    assert (answer.status_code, answer.json()) == (400, not_allowed(method))
    assert answer.headers["x-ratelimit-remaining"] == "9"
