"""Webhooks, and the outbox that every change fills."""

import asyncio
from dataclasses import replace

from licet.domain.organization import Organization
from tests.contract.stores.hooks import EVENTS, events, happened, subscribed, webhook
from tests.contract.stores.scene import ACME, ALICE, BOB, an_id

OTHER = "07e4" + "0" * 20
WEEK = 7 * 86_400_000
SOON = 1_000


async def claim(scene, now, *, until=None, besides=(), size=50):
    return await scene.store.webhooks.claim(now, until=until or now + SOON, besides=besides, size=size)


async def other_organization(scene):
    made = Organization(id=OTHER, name="Other", slug="other", created_at=20, updated_at=20)
    assert await scene.store.organizations.insert(made, BOB, scene.change(OTHER))


async def test_a_webhook_comes_back_as_written(scene):
    made = await subscribed(scene, gave_up_at=7, enabled=False)
    later = await subscribed(scene, 2)
    assert await scene.store.webhooks.by_id(made.id) == made
    assert await scene.store.webhooks.by_id("unknown") is None
    assert list(await scene.store.webhooks.of(ACME)) == [made, later]
    assert list(await scene.store.webhooks.of(OTHER)) == []


async def test_an_organization_has_so_many_webhooks_also_when_all_come_at_once(scene):
    answers = await asyncio.gather(
        *(scene.store.webhooks.insert(webhook(number), scene.change(), limit=3) for number in range(1, 21))
    )
    assert sum(answers) == 3
    assert len(await scene.store.webhooks.of(ACME)) == 3


async def test_nobody_gets_a_webhook_for_an_organization_that_is_not_there(scene):
    assert not await scene.store.webhooks.insert(webhook(1, organization_id=OTHER), scene.change(), limit=20)


async def test_a_change_is_told_to_those_who_ask_for_it_in_its_own_transaction(scene):
    await other_organization(scene)
    for number, more in enumerate(
        ({}, {"events": ("member.removed",)}, {"enabled": False}, {"organization_id": OTHER}), start=1
    ):
        await subscribed(scene, number, **more)
    assert await scene.store.organizations.add_member(
        ACME, BOB, "member", scene.change(BOB, action="member.added", organization_id=ACME)
    )
    assert [await events(scene, number) for number in range(1, 5)] == [["member.added"], [], [], []]
    again = scene.change(BOB, action="member.added", organization_id=ACME)
    assert not await scene.store.organizations.add_member(ACME, BOB, "member", again)
    assert await events(scene) == ["member.added"]


async def test_a_name_that_only_contains_another_is_another(scene):
    await subscribed(scene, events=("xmember.added", "member.addedx"))
    await happened(scene)
    assert await events(scene) == []


async def test_a_new_webhook_hears_of_itself_if_it_asks(scene):
    await subscribed(scene, events=("webhook.created",))
    assert await events(scene) == ["webhook.created"]


async def test_of_two_names_of_one_change_a_webhook_is_told_the_first_that_it_asks_for(scene):
    for number, asked in enumerate(
        (("application.deleted", "application.revoked"), ("application.revoked",), ("application.created",)), start=1
    ):
        await subscribed(scene, number, events=asked)
    await happened(scene, "application.deleted")
    assert [await events(scene, number) for number in (1, 2, 3)] == [
        ["application.deleted"],
        ["application.revoked"],
        [],
    ]


async def test_what_moves_between_organizations_is_told_to_both(scene):
    await other_organization(scene)
    await subscribed(scene, 1, events=("application.transferred",))
    await subscribed(scene, 2, events=("application.transferred",), organization_id=OTHER)
    moved = {"before": {"organization_id": ACME}, "after": {"organization_id": OTHER}, "organization_id": OTHER}
    await happened(scene, "application.updated", **moved)
    assert [await events(scene, number) for number in (1, 2)] == [["application.transferred"]] * 2


async def test_a_claim_says_all_that_is_told(scene):
    made = await subscribed(scene)
    await scene.add(9)
    change = await happened(
        scene, "application.created", target=an_id(9), before={"a": [1]}, after={"client_name": "Ledger"}
    )
    (due,) = await claim(scene, change.at)
    assert (due.webhook, due.change, due.client_id) == (made, change, "client-9")
    told = due.delivery
    assert (told.id, told.webhook_id, told.change_id) == (change.id + made.id, made.id, change.id)
    assert (told.event, told.created_at, told.due_at) == ("application.created", change.at, change.at + SOON)
    assert (told.attempts, told.delivered_at, told.status, told.body) == (1, None, None, None)


async def test_a_claim_takes_each_webhooks_oldest_and_leaves_alone_whom_it_is_told(scene):
    await subscribed(scene, 1)
    await subscribed(scene, 2)
    first, second = await happened(scene), await happened(scene)
    taken = await claim(scene, second.at)
    assert [(due.webhook.id, due.change.id) for due in taken] == [(an_id(1), first.id), (an_id(2), first.id)]
    (rest,) = await claim(scene, second.at, besides=[an_id(1)])
    assert (rest.webhook.id, rest.change.id) == (an_id(2), second.id)
    assert len(await claim(scene, second.at, size=1)) == 1
    assert await claim(scene, second.at) == []


async def test_of_a_hundred_workers_one_gets_a_delivery(scene):
    for number in range(1, 6):
        await subscribed(scene, number)
    change = await happened(scene)
    claims = await asyncio.gather(*(claim(scene, change.at) for _ in range(100)))
    taken = [due.delivery.id for claimed in claims for due in claimed]
    assert sorted(taken) == [change.id + an_id(number) for number in range(1, 6)]


async def test_what_a_dead_worker_claimed_comes_due_again(scene):
    await subscribed(scene)
    change = await happened(scene)
    assert len(await claim(scene, change.at, until=change.at + SOON)) == 1
    assert await claim(scene, change.at + SOON - 1) == []
    (again,) = await claim(scene, change.at + SOON)
    assert again.delivery.attempts == 2


async def test_what_became_of_an_attempt_is_kept(scene):
    made = await subscribed(scene)
    change = await happened(scene)
    (due,) = await claim(scene, change.at)
    failed = replace(due.delivery, due_at=change.at + 5, status=503, body=b"not \x00 now \xff")
    assert await scene.store.webhooks.note(failed, gave_up_at=None)
    assert list(await scene.store.webhooks.deliveries(made.id, limit=100)) == [failed]
    (due,) = await claim(scene, change.at + 5)
    assert await scene.store.webhooks.note(replace(due.delivery, due_at=None), gave_up_at=77)
    assert (await scene.store.webhooks.by_id(made.id)).gave_up_at == 77
    assert await claim(scene, change.at + WEEK) == []


async def test_an_arrival_clears_the_flag(scene):
    made = await subscribed(scene, gave_up_at=77)
    change = await happened(scene)
    (due,) = await claim(scene, change.at)
    assert await scene.store.webhooks.note(replace(due.delivery, due_at=None, delivered_at=5), gave_up_at=None)
    assert (await scene.store.webhooks.by_id(made.id)).gave_up_at is None


async def test_who_lost_the_lease_writes_nothing(scene):
    await subscribed(scene)
    change = await happened(scene)
    (slow,) = await claim(scene, change.at)
    (quick,) = await claim(scene, change.at + SOON)
    assert not await scene.store.webhooks.note(replace(slow.delivery, due_at=None, status=500), gave_up_at=1)
    assert await scene.store.webhooks.note(replace(quick.delivery, due_at=None, delivered_at=9), gave_up_at=None)
    (kept,) = await scene.store.webhooks.deliveries(an_id(1), limit=100)
    assert (kept.status, kept.delivered_at) == (None, 9)


async def test_a_switched_off_webhook_is_told_nothing_more(scene):
    made = await subscribed(scene)
    change = await happened(scene)
    off = replace(made, enabled=False, url="https://hooks.example/else")
    assert await scene.store.webhooks.replace(made, off, scene.change())
    await happened(scene)
    assert await claim(scene, change.at + WEEK) == []
    assert await scene.store.webhooks.replace(off, replace(off, enabled=True), scene.change())
    assert await claim(scene, change.at + WEEK) == []
    assert await events(scene) == ["member.added"]


async def test_who_moves_a_webhook_does_not_switch_it_on_again(scene):
    made = await subscribed(scene)
    for new in (replace(made, enabled=False), replace(made, url="https://hooks.example/else")):
        assert await scene.store.webhooks.replace(made, new, scene.change())
    assert await scene.store.webhooks.by_id(made.id) == replace(made, enabled=False, url="https://hooks.example/else")


async def test_a_removed_webhook_goes_with_its_deliveries(scene):
    made = await subscribed(scene)
    change = await happened(scene)
    (due,) = await claim(scene, change.at)
    assert await scene.store.webhooks.remove(made.id, scene.change())
    assert not await scene.store.webhooks.remove(made.id, scene.change())
    assert not await scene.store.webhooks.replace(made, made, scene.change())
    assert not await scene.store.webhooks.note(due.delivery, gave_up_at=5)
    assert await scene.store.webhooks.by_id(made.id) is None
    assert await claim(scene, change.at + WEEK) == []


async def test_a_deleted_organization_is_heard_of_before_its_webhooks_go(scene):
    await subscribed(scene, events=("organization.deleted",))
    end = scene.change(ACME, action="organization.deleted", organization_id=ACME)
    assert await scene.store.organizations.remove(ACME, end) == "removed"
    assert await scene.store.webhooks.by_id(an_id(1)) is None
    (due,) = await claim(scene, end.at)
    assert due.delivery.event == "organization.deleted"
    assert await scene.store.upkeep.purge(end.at + WEEK - 1, limit=10) == 0
    assert await scene.store.upkeep.purge(end.at + WEEK, limit=10) == 1
    assert await events(scene) == []


async def test_deliveries_are_kept_for_a_week_and_the_newest_stand_first(scene):
    await subscribed(scene)
    first, second, third = [await happened(scene) for _ in range(3)]
    shown = await scene.store.webhooks.deliveries(an_id(1), limit=2)
    assert [each.change_id for each in shown] == [third.id, second.id]
    assert await scene.store.upkeep.purge(first.at + WEEK, limit=10) == 1
    assert len(await events(scene)) == 2


async def test_a_change_of_nobodys_organization_is_told_to_nobody(scene):
    await subscribed(scene, events=EVENTS)
    await happened(scene, organization_id=None, target=ALICE)
    assert await events(scene) == []
