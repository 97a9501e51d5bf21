"""The operator's rows of trust."""

from dataclasses import replace

import pytest

from licet.domain.trust import ExchangePolicy, TrustedIssuer

POLICY = ExchangePolicy(name="b", clients=("one", "two"), subjects=("*",), audiences=("same",), created_at=5)
ISSUER = TrustedIssuer(issuer="https://b.example", jwks={"keys": []}, clients=("*",), created_at=5)


async def test_policies_are_kept_by_name_and_keep_their_age(kept, scene):
    other = replace(POLICY, name="a", scope=(), known_as="there")
    assert await kept.trust.put_policy(POLICY, scene.change())
    assert await kept.trust.put_policy(other, scene.change())
    changed = replace(POLICY, scope=("read",), created_at=9)
    assert not await kept.trust.put_policy(changed, scene.change())
    assert await kept.trust.policies() == [other, replace(changed, created_at=5)]
    assert await kept.trust.remove_policy("b", scene.change())
    assert not await kept.trust.remove_policy("b", scene.change())
    assert await kept.trust.policies() == [other]


async def test_issuers_are_kept_by_identifier(kept, scene):
    other = replace(
        ISSUER,
        issuer="https://a.example",
        jwks=None,
        jwks_uri="https://a.example/jwks",
        scope=("read",),
        assertions=("jwt",),
    )
    assert await kept.trust.put_issuer(ISSUER, scene.change())
    assert await kept.trust.put_issuer(other, scene.change())
    assert await kept.trust.issuers() == [other, ISSUER]
    assert not await kept.trust.put_issuer(replace(ISSUER, subject="email"), scene.change())
    assert await kept.trust.issuer("https://b.example") == replace(ISSUER, subject="email")
    assert await kept.trust.remove_issuer("https://b.example", scene.change())
    assert not await kept.trust.remove_issuer("https://b.example", scene.change())
    assert await kept.trust.issuer("https://b.example") is None


@pytest.mark.parametrize("name", ["b'", "ä", "b%", ""])
async def test_names_are_compared_whole(kept, scene, name):
    await kept.trust.put_issuer(ISSUER, scene.change())
    assert await kept.trust.issuer(name) is None
