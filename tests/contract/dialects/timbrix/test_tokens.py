"""GET and DELETE .../tokens, DELETE /api/oauth/token/{tokenId}, GET .../authorizations; what an access token opens."""

import re

import pytest

from licet.oauth.decide import SignedIn, act_of_consent
from tests.conformance.person import Person
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix import formats_by_hand
from tests.contract.dialects.timbrix.protocol import SCOPES, Client, client
from tests.contract.dialects.timbrix.scene import (
    APPS,
    END_TOKEN,
    LATER,
    MANAGED,
    MINUTES,
    NO_APPLICATION,
    NOBODY,
    NOW,
    ROLE_TOO_LOW,
    call,
    narrowed,
    uuid,
)

NO_TOKEN = {"statusCode": 404, "message": "Token not found", "error": "Not Found"}
NOT_ACCEPTED = {"statusCode": 403, "message": "This kind of credential is not accepted here", "error": "Forbidden"}
NO_SCOPE = {"statusCode": 403, "message": "The token lacks the scope write:oauth-apps", "error": "Forbidden"}

pytestmark = pytest.mark.settings(limits=False)


async def listed(client: Client) -> list[dict]:
    answer = await client.manage("GET", "/tokens")
    assert answer.status_code == 200
    return answer.json()


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_live_tokens_are_listed_newest_first_and_never_a_value(payroll: Client, house: House):
    assert await listed(payroll) == []
    tokens = await payroll.tokens()
    house.clock.pass_(seconds=MINUTES)
    own = (await payroll.own(["read:members"])).json()
    answer = await payroll.manage("GET", "/tokens", "carol")
    first, second = answer.json()
    assert list(first) == ["id", "userId", "scopes", "expiresAt", "createdAt", "lastUsedAt"]
    assert re.fullmatch(r"token_[0-9a-f]{16}", first["id"])
    assert (first["userId"], first["scopes"]) == (None, ["read:members"])
    assert (first["createdAt"], first["expiresAt"], first["lastUsedAt"]) == (LATER, "2026-11-18T12:16:40Z", None)
    assert second["userId"] == formats_by_hand.user((await house.user("alice")).id)
    assert (second["scopes"], second["createdAt"], second["expiresAt"]) == (SCOPES, NOW, "2026-11-18T12:06:40Z")
    assert answer.headers["content-type"] == "application/json"
    assert tokens["access_token"] not in answer.text
    assert own["access_token"] not in answer.text


async def test_when_it_was_used_last_is_shown(payroll: Client, house: House):
    token = (await payroll.own()).json()["access_token"]
    house.clock.pass_(seconds=MINUTES)
    await payroll.introspect(token)
    assert (await listed(payroll))[0]["lastUsedAt"] == LATER


async def test_ended_tokens_are_not_listed(payroll: Client, house: House):
    tokens = await payroll.tokens()
    await payroll.form("/api/oauth/revoke", token=tokens["refresh_token"])
    assert await listed(payroll) == []
    await payroll.own()
    house.clock.pass_(seconds=3600)
    assert await listed(payroll) == []


async def test_a_long_list_is_whole(payroll: Client):
    for _ in range(201):
        assert (await payroll.own()).status_code == 200
    assert len({token["id"] for token in await listed(payroll)}) == 201


async def test_who_may_not_manage_the_application_sees_none(payroll: Client, house: House):
    for path in ("/tokens", "/authorizations"):
        for who, expected in (("bob", ROLE_TOO_LOW), ("mallory", NO_APPLICATION)):
            answer = await payroll.manage("GET", path, who)
            assert (answer.status_code, answer.json()) == (expected["statusCode"], expected)
        answer = await house.call("GET", payroll.path + path)
        assert (answer.status_code, answer.json()) == (401, NOBODY)
        answer = await call(house, "alice", "GET", f"{APPS}/app_0000000000000000{path}")
        assert (answer.status_code, answer.json()) == (404, NO_APPLICATION)


async def test_one_is_ended_with_its_refresh_token(payroll: Client):
    mine, other = await payroll.tokens(), await payroll.tokens("bob")
    first = (await listed(payroll))[-1]["id"]
    answer = await payroll.house.call(
        "DELETE", f"/api/oauth/token/{first}", headers=await payroll.house.bearer("carol")
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert sorted([await payroll.lives(mine), await payroll.lives(other)]) == [(False, False), (True, True)]
    answer = await call(payroll.house, "carol", "DELETE", f"/api/oauth/token/{first}")
    assert (answer.status_code, answer.json()) == (404, NO_TOKEN)


@pytest.mark.attack(101)
async def test_a_stranger_s_and_an_unknown_token_are_not_found_alike(payroll: Client, house: House):
    await payroll.own()
    name = (await listed(payroll))[0]["id"]
    for who, token_id in (("mallory", name), ("alice", "token_0000000000000000"), ("alice", "x"), ("alice", name[6:])):
        answer = await call(house, who, "DELETE", f"/api/oauth/token/{token_id}")
        assert (answer.status_code, answer.json()) == (404, NO_TOKEN)
    answer = await call(house, "bob", "DELETE", f"/api/oauth/token/{name}")
    assert (answer.status_code, answer.json()) == (403, ROLE_TOO_LOW)
    answer = await house.call("DELETE", f"/api/oauth/token/{name}")
    assert (answer.status_code, answer.json()) == (401, NOBODY)
    answer = await house.call(
        "DELETE", f"/api/oauth/token/{name}", headers=await narrowed(house, "alice", "applications:read")
    )
    assert answer.status_code == 403
    assert len(await listed(payroll)) == 1


async def test_an_access_token_with_the_scope_ends_tokens_of_its_organization(
    payroll: Client, house: House, someone: Person
):
    warden = await client(house, someone, scopes=["write:oauth-apps", "read:members"])
    await payroll.own()
    name = (await listed(payroll))[0]["id"]
    without = (await warden.own(["read:members"])).json()["access_token"]
    answer = await house.call("DELETE", f"/api/oauth/token/{name}", headers=bearer(without))
    assert (answer.status_code, answer.json()) == (403, NO_SCOPE)
    having = (await warden.own(["write:oauth-apps"])).json()["access_token"]
    answer = await house.call("DELETE", f"/api/oauth/token/{name}", headers=bearer(having))
    assert answer.status_code == 204
    assert await listed(payroll) == []


async def test_a_person_s_access_token_ends_no_more_than_the_person_may(payroll: Client, house: House, someone: Person):
    warden = await client(house, someone, scopes=["write:oauth-apps"])
    await payroll.own()
    name = (await listed(payroll))[0]["id"]
    bobs = (await warden.tokens("bob"))["access_token"]
    answer = await house.call("DELETE", f"/api/oauth/token/{name}", headers=bearer(bobs))
    assert (answer.status_code, answer.json()) == (403, ROLE_TOO_LOW)


@pytest.mark.attack(101)
async def test_an_access_token_of_another_organization_finds_nothing(payroll: Client, house: House, someone: Person):
    made = await call(
        house,
        "mallory",
        "POST",
        APPS,
        json={"name": "Warden", "scopes": ["write:oauth-apps"], "organizationId": uuid(house, "other")},
    )
    warden = Client(house, someone, made.json()["clientId"], made.json()["clientSecret"], ["write:oauth-apps"])
    await payroll.own()
    name = (await listed(payroll))[0]["id"]
    token = (await warden.own()).json()["access_token"]
    answer = await house.call("DELETE", f"/api/oauth/token/{name}", headers=bearer(token))
    assert (answer.status_code, answer.json()) == (404, NO_TOKEN)


async def test_an_access_token_is_no_management_bearer(payroll: Client, house: House):
    token = (await payroll.own()).json()["access_token"]
    for method, path in (("GET", payroll.path), ("PUT", payroll.path), ("DELETE", payroll.path), *MANAGED):
        answer = await house.call(method, path, headers=bearer(token))
        assert (answer.status_code, answer.json()) == (403, NOT_ACCEPTED)
    await payroll.form("/api/oauth/revoke", token=token)
    answer = await house.call("GET", payroll.path, headers=bearer(token))
    assert (answer.status_code, answer.json()) == (401, NOBODY)


async def test_the_access_token_of_a_manager_ends_one_until_its_application_is_deleted(
    payroll: Client, house: House, someone: Person
):
    warden = await client(house, someone, scopes=["write:oauth-apps"])
    alices = bearer((await warden.tokens("alice"))["access_token"])
    for _ in range(2):
        await payroll.own()
    first, second = (f"/api/oauth/token/{token['id']}" for token in await listed(payroll))
    assert (await house.call("DELETE", first, headers=alices)).status_code == 204
    await warden.manage("DELETE")
    answer = await house.call("DELETE", second, headers=alices)
    assert (answer.status_code, answer.json()) == (401, NOBODY)
    assert len(await listed(payroll)) == 1


@pytest.mark.attack(101)
async def test_a_manager_s_access_token_ends_nothing_beyond_its_application_s_organization(
    payroll: Client, house: House, someone: Person
):
    await house.services.organizations.create(await house.actor("alice"), name="Second", slug="second")
    warden = await client(house, someone, scopes=["write:oauth-apps"], organizationId="second")
    await payroll.own()
    name = (await listed(payroll))[0]["id"]
    for who in ("alice", "admin"):
        token = (await warden.tokens(who))["access_token"]
        someone.client.cookies.clear()
        answer = await house.call("DELETE", f"/api/oauth/token/{name}", headers=bearer(token))
        assert (answer.status_code, answer.json()) == (404, NO_TOKEN)
    # By themselves both may.
    for who in ("alice", "admin"):
        assert (await call(house, who, "GET", payroll.path)).status_code == 200


@pytest.mark.attack(101)
async def test_an_access_token_opens_no_other_surface_and_none_of_another_opens_this(payroll: Client, house: House):
    token = bearer((await payroll.tokens())["access_token"])
    for path in ("/api/applications", "/oauth2/userinfo", "/oauth/userinfo", "/api/auth/user", "/api/oauth/client"):
        assert (await house.call("GET", path, headers=token)).status_code == 401, path
    await house.services.applications.update(
        await house.actor("alice"), payroll.client_id, lambda _: {"protocols": ("native", "timbrix")}
    )
    theirs = (await payroll.form("/oauth2/token", grant_type="client_credentials")).json()["access_token"]
    assert await payroll.introspect(theirs) == {"active": False}
    for method, path in (END_TOKEN, ("GET", payroll.path)):
        answer = await house.call(method, path, headers=bearer(theirs))
        assert (answer.status_code, answer.json()) == (401, NOBODY)


@pytest.mark.attack(88)
async def test_all_end_at_once_and_consents_stay(payroll: Client, house: House, someone: Person):
    tokens, own = await payroll.tokens(), (await payroll.own()).json()
    for who, expected in (("bob", ROLE_TOO_LOW), ("mallory", NO_APPLICATION)):
        answer = await payroll.manage("DELETE", "/tokens", who)
        assert (answer.status_code, answer.json()) == (expected["statusCode"], expected)
    answer = await payroll.manage("DELETE", "/tokens")
    assert (answer.status_code, answer.content) == (204, b"")
    assert await payroll.lives(tokens) == (False, False)
    assert await payroll.introspect(own["access_token"]) == {"active": False}
    assert await listed(payroll) == []
    assert (await someone.get(payroll.asking())).headers["location"].startswith("https://payroll.example/cb?code=")


async def test_what_one_person_allowed_for_several_resources_is_one(payroll: Client, house: House):
    application = await house.store.applications.by_client_id(payroll.client_id)
    context = house.instance.setups["timbrix"].context
    people = [await house.user(name) for name in ("alice", "bob")]
    for person, scope, resources in (
        (people[0], ("read:members",), ("https://two.example",)),
        (people[0], ("read:organization",), ("https://one.example",)),
        (people[1], ("read:members",), ()),
    ):
        who = SignedIn(person, "s", house.clock.now)
        await house.store.consents.put(*act_of_consent(context, application, who, scope=scope, resources=resources))
        house.clock.pass_(seconds=MINUTES)
    twenty = "2026-11-18T11:26:40Z"
    answer = await payroll.manage("GET", "/authorizations")
    assert answer.headers["content-type"] == "application/json"
    given = {each["userId"]: (each["scopes"], each["grantedAt"], each["lastUsedAt"]) for each in answer.json()}
    assert {user: (sorted(scopes), *rest) for user, (scopes, *rest) in given.items()} == {
        formats_by_hand.user(people[0].id): (["read:members", "read:organization"], NOW, LATER),
        formats_by_hand.user(people[1].id): (["read:members"], twenty, twenty),
    }
    assert len(answer.json()) == 2


async def test_what_people_allowed_is_listed(payroll: Client, house: House, someone: Person):
    assert (await payroll.manage("GET", "/authorizations")).json() == []
    await payroll.code(scope="read:members")
    house.clock.pass_(seconds=MINUTES)
    await payroll.tokens()
    assert (await payroll.manage("GET", "/authorizations")).json() == [
        {
            "userId": formats_by_hand.user((await house.user("alice")).id),
            "scopes": ["read:members", "read:organization"],
            "grantedAt": NOW,
            "lastUsedAt": LATER,
        }
    ]
