"""Every failure has its words here, and the program's own faults say nothing."""

import json

import pytest

from licet import errors
from licet.dialects.teable.render import SAID, render
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import CLIENTS, said, signed_in


@pytest.mark.parametrize("status", sorted({status for status, _ in SAID.values()}))
def test_every_status_has_a_code(status):
    kinds = [kind for kind, (answered, _) in SAID.items() if answered == status and not _speaks(kind)]
    for kind in kinds:
        failure = kind.__new__(kind)
        body = json.loads(bytes(render(failure, None).body))
        assert list(body) == ["message", "status", "code"]
        assert body["status"] == status


def _speaks(kind: type[errors.Failure]) -> bool:
    return issubclass(kind, errors.Invalid | errors.MalformedRequest | errors.Throttled)


async def test_a_fault_of_ours_says_nothing_of_itself(house: House, monkeypatch):
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret detail")

    headers = await signed_in(house, "alice")
    monkeypatch.setattr(house.services.applications, "get", broken)
    answer = await house.call("GET", f"{CLIENTS}/clt0000000000000000", headers=headers)
    assert said(answer) == (
        500,
        '{"message":"Internal Server Error","status":500,"code":"internal_server_error"}',
    )


async def test_a_database_that_cannot_be_reached_is_503(house: House, monkeypatch):
    async def away(*_: object, **__: object) -> None:
        raise errors.StoreUnavailable("10.0.0.7 refused")

    headers = await signed_in(house, "alice")
    monkeypatch.setattr(house.services.applications, "get", away)
    answer = await house.call("GET", f"{CLIENTS}/clt0000000000000000", headers=headers)
    assert said(answer) == (
        503,
        '{"message":"Database connection unavailable","status":503,"code":"database_connection_unavailable"}',
    )
