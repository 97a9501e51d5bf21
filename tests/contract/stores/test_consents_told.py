"""Consents leave a row where they say something new, and webhooks hear of it."""

import asyncio

from licet.services.ports import AuditQuery
from tests.contract.stores.families import consent
from tests.contract.stores.hooks import events, subscribed
from tests.contract.stores.scene import ACME, ALICE, Scene, an_id

NOW = 2_000


async def asked(scene: Scene):
    await scene.add(1)
    await subscribed(scene, events=("consent.granted", "consent.revoked"))


def said(scene: Scene, verb: str):
    return scene.change(ALICE, action=f"consent.{verb}", organization_id=ACME)


async def test_an_act_of_consent_is_told_when_it_allows_something_new(scene):
    await asked(scene)
    consents = scene.store.consents
    for scope, told in ((("openid",), 1), (("openid",), 1), (("openid", "read"), 2), (("read",), 2)):
        await consents.put(consent(scope=scope, updated_at=NOW, last_used_at=NOW), said(scene, "granted"))
        assert await events(scene) == ["consent.granted"] * told


async def test_of_a_hundred_alike_acts_at_once_one_is_told(scene):
    await asked(scene)
    await scene.store.consents.put(consent(scope=("openid",)), None)
    more = consent(scope=("openid", "read"))
    changes = [said(scene, "granted") for _ in range(100)]
    await asyncio.gather(*(scene.store.consents.put(more, change) for change in changes))
    assert await events(scene) == ["consent.granted"]


async def test_a_withdrawal_leaves_all_its_rows_or_none(scene):
    await asked(scene)
    await scene.store.consents.put(consent(), None)
    for _ in range(2):
        await scene.store.consents.withdraw(ALICE, an_id(1), NOW, scene.change("own"), scene.change("own"))
        assert len(await scene.store.audit.page(AuditQuery(target="own"))) == 2
    await scene.store.consents.withdraw_all(an_id(1), NOW, scene.change("all"))
    assert len(await scene.store.audit.page(AuditQuery(target="all"))) == 1


async def test_a_withdrawal_is_told_when_there_was_something(scene):
    await asked(scene)
    await scene.store.consents.put(consent(), None)
    for withdrawn in (True, False):
        change = said(scene, "revoked")
        assert await scene.store.consents.withdraw(ALICE, an_id(1), NOW, change) is withdrawn
        assert await events(scene) == ["consent.revoked"]
