"""The operator's rows of trust: exchange policies and trusted issuers, managed by instance administrators alone."""

import pytest
from joserfc.jwk import ECKey

from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import faults, problem

POLICIES = "/api/manage/exchange-policies"
ISSUERS = "/api/manage/trusted-issuers"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
KEYS = {"keys": [ECKey.generate_key("P-256", {"kid": "1"}).as_dict(private=False)]}
POLICY = {"clients": ["one"], "subjects": ["*"], "audiences": ["same"], "token_types": [ACCESS]}
ISSUER = {"issuer": "https://idp.example", "jwks": KEYS, "subject": "email", "clients": ["*"]}
AT = "2026-11-18T11:06:40.000Z"


async def test_a_policy_is_put_listed_changed_and_removed(house: House) -> None:
    headers = await house.bearer("admin")
    where = f"{POLICIES}/ours"
    answer = await house.call("PUT", where, headers=headers, json={**POLICY, "scope": "read write"})
    shown = {"name": "ours", **POLICY, "scope": "read write", "known_as": None, "created_at": AT}
    assert (answer.status_code, answer.json()) == (201, shown)
    house.clock.pass_(seconds=5)
    changed = {**shown, "scope": None, "known_as": "there"}
    answer = await house.call("PUT", where, headers=headers, json=changed)
    assert (answer.status_code, answer.json()) == (200, changed)
    listed = (await house.call("GET", POLICIES, headers=headers)).json()["items"]
    assert changed in listed
    house.clock.pass_(seconds=5)
    assert (await house.call("DELETE", where, headers=headers)).status_code == 204
    problem(await house.call("DELETE", where, headers=headers), 404, "not-found")
    actions = await house.call("GET", "/api/manage/audit?target=ours", headers=headers)
    assert [row["action"] for row in actions.json()["items"]] == [
        "exchange_policy.removed",
        "exchange_policy.put",
        "exchange_policy.put",
    ]


async def test_the_demo_has_one_policy_for_self_registered_applications(house: House) -> None:
    rows = (await house.call("GET", POLICIES, headers=await house.bearer("admin"))).json()["items"]
    assert [{name: row[name] for name in POLICY} for row in rows] == [
        {"clients": ["surface:rfc"], "subjects": ["*"], "audiences": ["same"], "token_types": [ACCESS]}
    ]


async def test_an_issuer_is_put_listed_changed_and_removed(house: House) -> None:
    headers = await house.bearer("admin")
    answer = await house.call("PUT", ISSUERS, headers=headers, json=ISSUER)
    shown = {**ISSUER, "jwks_uri": None, "scope": None, "assertions": ["id-jag"], "created_at": AT}
    assert (answer.status_code, answer.json()) == (201, shown)
    changed = {**shown, "jwks": None, "jwks_uri": "https://idp.example/jwks", "scope": "read", "assertions": ["jwt"]}
    house.clock.pass_(seconds=5)
    answer = await house.call("PUT", ISSUERS, headers=headers, json=changed)
    assert (answer.status_code, answer.json()) == (200, changed)
    assert (await house.call("GET", ISSUERS, headers=headers)).json()["items"] == [changed]
    where = f"{ISSUERS}?issuer=https%3A%2F%2Fidp.example"
    assert (await house.call("DELETE", where, headers=headers)).status_code == 204
    problem(await house.call("DELETE", where, headers=headers), 404, "not-found")


@pytest.mark.parametrize("path", [POLICIES, ISSUERS])
async def test_only_who_manages_the_instance_sees_or_changes_them(house: House, path: str) -> None:
    headers = await house.bearer("alice")
    one = f"{path}/ours" if path == POLICIES else path
    body = POLICY if path == POLICIES else ISSUER
    assert (await house.call("GET", path, headers=headers)).status_code == 403
    assert (await house.call("PUT", one, headers=headers, json=body)).status_code == 403
    gone = one if path == POLICIES else f"{path}?issuer=x"
    assert (await house.call("DELETE", gone, headers=headers)).status_code == 403
    assert (await house.call("GET", path)).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"clients": []}, "/clients"),
        ({"subjects": []}, "/subjects"),
        ({"audiences": []}, "/audiences"),
        ({"token_types": []}, "/token_types"),
        ({"token_types": ["urn:x:y"]}, "/token_types/0"),
        ({"scope": 'quoted "'}, "/scope"),
        ({"surprise": 1}, "/surprise"),
    ],
)
async def test_a_policy_that_allows_nothing_or_cannot_be_read_is_refused(
    house: House, wrong: dict[str, object], pointer: str
) -> None:
    answer = await house.call("PUT", f"{POLICIES}/x", headers=await house.bearer("admin"), json={**POLICY, **wrong})
    assert pointer in [where for where, _ in faults(answer)]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"issuer": "not a url"}, "/issuer"),
        ({"jwks": None}, "/jwks"),
        ({"jwks_uri": "https://idp.example/jwks"}, "/jwks"),
        ({"jwks": None, "jwks_uri": "http://idp.example/jwks"}, "/jwks_uri"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}, "/jwks"),
        ({"subject": "phone"}, "/subject"),
        ({"assertions": []}, "/assertions"),
        ({"assertions": ["saml"]}, "/assertions/0"),
        ({"clients": []}, "/clients"),
    ],
)
async def test_an_issuer_that_could_not_be_believed_is_refused(
    house: House, wrong: dict[str, object], pointer: str
) -> None:
    answer = await house.call("PUT", ISSUERS, headers=await house.bearer("admin"), json={**ISSUER, **wrong})
    assert pointer in [where for where, _ in faults(answer)]
