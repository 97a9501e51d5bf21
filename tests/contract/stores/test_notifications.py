"""Notifications, and what hangs on a consent beside its families."""

from dataclasses import replace

import pytest

from licet.domain.notification import Notification
from tests.contract.stores.families import consent, device, live
from tests.contract.stores.scene import ALICE, BOB, an_id

NOW = 2_000


def notification(number=1, **said):
    made = {
        "id": an_id(number),
        "user_id": ALICE,
        "application_id": an_id(1),
        "external_id": "1",
        "text": "done",
        "url": None,
        "created_at": NOW + number,
    }
    return Notification(**{**made, **said})


@pytest.fixture
async def registered(scene):
    await scene.add(1)
    await scene.add(2)
    return scene.store


async def test_a_notification_is_written_once_for_each_person_and_application(registered):
    put = registered.notifications.put
    assert await put(notification(1)) == "created"
    assert await put(notification(2)) == "duplicate"
    assert await put(notification(3, application_id=an_id(2))) == "created"
    assert await put(notification(4, user_id=BOB)) == "created"
    assert await registered.notifications.of(ALICE, limit=9) == [
        notification(3, application_id=an_id(2)),
        notification(1),
    ]
    assert await registered.notifications.of(ALICE, limit=1) == [notification(3, application_id=an_id(2))]


async def test_muting_needs_a_consent_and_goes_with_it(registered):
    kept = registered.notifications
    assert not await kept.mute(ALICE, an_id(1), muted=True)
    await registered.consents.put(consent())
    assert await kept.mute(ALICE, an_id(1), muted=True)
    assert await kept.mute(ALICE, an_id(1), muted=True)
    assert await kept.muted(ALICE) == {an_id(1)}
    assert await kept.put(notification()) == "muted"
    assert await kept.mute(ALICE, an_id(1), muted=False)
    assert await kept.put(notification()) == "created"
    await kept.mute(ALICE, an_id(1), muted=True)
    await registered.consents.withdraw_all(an_id(1), NOW)
    assert await kept.muted(ALICE) == set()


async def test_withdrawing_everything_of_an_application_takes_everybodys(registered):
    await registered.consents.put(consent())
    await registered.consents.put(consent(user_id=BOB))
    await registered.consents.put(consent(application_id=an_id(2)))
    await registered.families.insert(live(1), None)
    await registered.consents.withdraw_all(an_id(1), NOW)
    assert await registered.consents.of(ALICE, an_id(1)) == []
    assert await registered.consents.of(BOB, an_id(1)) == []
    assert len(await registered.consents.of(ALICE, an_id(2))) == 1
    assert (await registered.families.by_id(live(1).id)).revoked_at == NOW


@pytest.mark.parametrize("approve", [True, False])
async def test_a_decided_device_is_closed_once(registered, approve):
    await registered.devices.insert(device())
    assert not await registered.devices.close(device().digest)
    await registered.devices.decide(
        device().user_code,
        user_id=ALICE,
        session_id="s",
        auth_time=1_500,
        now=NOW,
        consent=(consent(), None) if approve else None,
    )
    assert await registered.devices.close(device().digest)
    assert not await registered.devices.close(device().digest)


async def test_what_was_obtained_is_of_live_families_since_a_moment(registered):
    await registered.families.insert(replace(live(1, scope=("read",)), refreshed_at=NOW), None)
    await registered.families.insert(replace(live(2, scope=("write",)), refreshed_at=NOW - 500), None)
    await registered.families.insert(replace(live(3, scope=("admin",)), refreshed_at=NOW), None)
    await registered.families.revoke(live(3).id, NOW)
    both = (live(1).user_id, live(1).application_id)
    obtained = registered.families.obtained
    assert await obtained(*both, surface=live(1).surface, since=NOW - 1_000) == {"read", "write"}
    assert await obtained(*both, surface=live(1).surface, since=NOW - 500) == {"read"}
    assert await obtained(*both, surface="elsewhere", since=0) == set()


@pytest.mark.parametrize("slides", [True, False])
async def test_a_rotation_moves_the_end_of_a_family_that_slides(registered, slides):
    made = live(1, slides=slides)
    await registered.families.insert(made, None)
    turned = await registered.families.turn(made.id, made.generation, now=NOW, grace=0)
    assert turned.outcome == "rotated"
    assert turned.family.expires_at == (NOW + 2 * made.refresh_idle if slides else made.expires_at)
