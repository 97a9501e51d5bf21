"""The demo: starting it again changes nothing but the tokens it shows."""

from licet.cli.demo import furnish
from licet.services.ports import AuditQuery
from tests.contract.dialects.house import House


async def test_starting_again_makes_nothing_but_fresh_tokens(house: House):
    known = {change.id for change in await house.store.audit.page(AuditQuery(limit=1000))}
    await furnish(house.instance)
    changes = [change for change in await house.store.audit.page(AuditQuery(limit=1000)) if change.id not in known]
    assert {change.action for change in changes} == {"token.renewed"}


async def test_every_call_shown_at_a_second_start_still_works(house: House):
    samples = await furnish(house.instance)
    assert len(samples) == 5
    for sample in samples:
        path = sample.url.removeprefix(house.origin)
        answer = await house.call(sample.method, path, headers=dict(sample.headers), json=dict(sample.body))
        assert answer.status_code == 200, answer.text


async def test_a_call_shown_at_a_second_start_is_never_about_an_application_of_somebody_else(house: House):
    def targets(samples):
        return [(sample.url, sample.body.get("appId")) for sample in samples]

    known = targets(await furnish(house.instance))
    (sample,) = [one for one in await furnish(house.instance) if "appId" in one.body]
    house.clock.pass_(seconds=1)
    body = {"name": "Mine", "active": False, "redirectUri": "https://mine.example/cb"}
    made = await house.call("POST", "/api/v1/oauth-apps.create", headers=dict(sample.headers), json=body)
    assert made.status_code == 200
    assert targets(await furnish(house.instance)) == known
