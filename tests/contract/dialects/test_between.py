"""Between surfaces: one application however it is reached, one right however it is asked for, and no way round."""

import secrets
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from licet.dialects.teable.formats import ACCESS_TOKEN
from licet.domain.ids import SUBJECT
from licet.domain.secret import Form
from licet.services.applications import Registration
from licet.services.personal_tokens import Wanted
from licet.web.cookies import sign
from tests.contract.dialects.house import House
from tests.contract.dialects.ways import WAYS, Made, register

DIGITS = "0123456789abcdef"
NOTHING_THROTTLED = pytest.mark.settings(limits=False, registration="initial_access_token")


async def native(house: House, it: Made) -> httpx.Response:
    """The native representation, and its revisions behind it."""
    headers = await house.bearer("admin")
    answer = await house.call("GET", f"/api/applications/{it.client_id}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


async def revisions(house: House, it: Made) -> list[dict[str, Any]]:
    headers = await house.bearer("admin")
    answer = await house.call("GET", f"/api/applications/{it.client_id}/revisions?limit=200", headers=headers)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@NOTHING_THROTTLED
@pytest.mark.parametrize("surface", WAYS)
async def test_an_application_registered_here_is_read_and_updated_everywhere(house: House, surface: str):
    # The administrator manages everything and registers this, so that every surface lets them.
    it = await register(house, surface, "admin", "Ledger")
    assert (await native(house, it)).json()["surface"] == surface
    for number, (name, way) in enumerate(WAYS.items(), start=2):
        if not way.opens(it):
            refused = await way.read(house, "admin", it)
            assert refused.status_code == 401
            continue
        read = await way.read(house, "admin", it)
        assert read.status_code == 200, (name, read.text)
        sent = {**way.shown(read.json()), way.name: f"Ledger {number}"}
        answer = await way.write(house, "admin", it, sent)
        assert answer.status_code == 200, (name, answer.text)
        document = (await native(house, it)).json()
        assert (document["client_name"], document["redirect_uris"]) == (
            f"Ledger {number}",
            ["https://ledger.example/cb"],
        )
        newest = (await revisions(house, it))[0]
        assert (newest["surface"], newest["version"]) == (name, document["version"])
        assert newest["after"] == {"client_name": f"Ledger {number}"}


# P8: which credential opens which door. Everything that is not here is answered like garbage.
OPEN = {
    ("native session", "native"),
    ("native session", "timbrix"),
    ("native token", "native"),
    ("native token", "timbrix"),
    ("native token", "registration"),
    ("teable session", "teable cookie"),
    ("teable token", "teable bearer"),
    ("rocketchat session", "rocketchat"),
    ("rocketchat token", "rocketchat"),
    ("registration token", "client configuration"),
}
KINDS = (
    "native session",
    "native token",
    "teable session",
    "teable token",
    "rocketchat session",
    "rocketchat token",
    "registration token",
)
DOORS = ("native", "timbrix", "teable bearer", "teable cookie", "rocketchat", "registration", "client configuration")


async def credential(house: House, kind: str, it: Made) -> str:
    """A good credential of the administrator (or of the application itself)."""
    surface, _, form = kind.partition(" ")
    if kind == "registration token":
        return it.registration_token
    if form == "session":
        return await house.token("admin", surface)
    wanted = Wanted(name="key", scopes=("applications:read", "applications:register") if surface == "native" else None)
    shape = {"native": Form("licet_pat_", DIGITS, 43), "teable": ACCESS_TOKEN}.get(surface, Form("", DIGITS, 43))
    return (await house.services.personal_tokens.create(await house.actor("admin", surface), wanted, shape)).value


async def knock(house: House, door: str, value: str, it: Made) -> httpx.Response:
    """A call with this credential, in the way the door takes one."""
    bearer = {"authorization": f"Bearer {value}"}
    cookie = {"cookie": f"auth_session={sign(value, house.instance.setups['teable'].cookie_key)}"}
    chat = {"x-auth-token": value, "x-user-id": SUBJECT.spell((await house.user("admin")).id)}
    body = {"client_name": "By a key", "redirect_uris": ["https://key.example/cb"]}
    method, path, headers = {
        "native": ("GET", "/api/applications", bearer),
        "timbrix": ("GET", "/api/oauth/apps", bearer),
        "teable bearer": ("GET", "/api/oauth/client", bearer),
        "teable cookie": ("GET", "/api/oauth/client", cookie),
        "rocketchat": ("GET", "/api/v1/oauth-apps.list", chat),
        "registration": ("POST", "/oauth2/register", bearer),
        "client configuration": ("GET", f"/oauth2/register/{it.client_id}", bearer),
    }[door]
    return await house.call(method, path, headers=headers, **({"json": body} if method == "POST" else {}))


def outside(answer: httpx.Response) -> tuple[object, ...]:
    """All of an answer that a stranger can see, but the number of the request and the time."""
    headers = {name: value for name, value in answer.headers.items() if name not in {"x-request-id", "date"}}
    return answer.status_code, answer.content, headers


@NOTHING_THROTTLED
@pytest.mark.parametrize(("kind", "door"), [(kind, door) for kind in KINDS for door in DOORS if (kind, door) in OPEN])
async def test_a_credential_opens_its_door(house: House, kind: str, door: str):
    it = await register(house, "rfc", "admin", "Keyed")
    answer = await knock(house, door, await credential(house, kind, it), it)
    assert answer.is_success, answer.text


@NOTHING_THROTTLED
@pytest.mark.parametrize(
    ("kind", "door"), [(kind, door) for kind in KINDS for door in DOORS if (kind, door) not in OPEN]
)
async def test_a_credential_of_another_door_is_garbage(house: House, kind: str, door: str):
    it = await register(house, "rfc", "admin", "Keyed")
    value = await credential(house, kind, it)
    garbage = Form(value[:10], DIGITS, len(value) - 10).make(secrets.token_bytes)
    answer = await knock(house, door, value, it)
    assert answer.status_code in {401, 403}
    assert outside(answer) == outside(await knock(house, door, garbage, it))


@NOTHING_THROTTLED
async def test_a_registration_token_opens_its_own_application_only(house: House):
    one, other = await register(house, "rfc", "admin", "One"), await register(house, "rfc", "admin", "Other")
    answer = await WAYS["rfc"].read(house, "", Made(other.client_id, other.id, one.registration_token))
    unknown = await WAYS["rfc"].read(house, "", Made("0" * 24, "", one.registration_token))
    assert answer.status_code == 401
    assert outside(answer) == outside(unknown)


async def attempts(house: House, who: str, it: Made) -> dict[str, int]:
    """What a person gets at every surface for another name."""
    return {
        surface: (await way.write(house, who, it, {**way.least, way.name: f"By {who}"})).status_code
        for surface, way in WAYS.items()
        if way.opens(it)
    }


async def of_carol(house: House) -> Made:
    """An application of acme that carol, an admin of it, registered."""
    return await register(house, "native", "carol", "Ledger")


async def manage(house: House, method: str, path: str, **body: Any) -> None:
    headers = await house.bearer("admin")
    answer = await house.call(method, path, headers=headers, **({"json": body} if body else {}))
    assert answer.is_success, answer.text


async def carol_in_acme(house: House) -> str:
    return f"/api/manage/organizations/{house.organizations['acme']}/members/{(await house.user('carol')).id}"


@NOTHING_THROTTLED
async def test_a_demoted_manager_changes_nothing_through_any_surface(house: House):
    it = await of_carol(house)
    assert await attempts(house, "carol", it) == {"native": 200, "teable": 200, "timbrix": 200, "rocketchat": 403}
    await manage(house, "PATCH", await carol_in_acme(house), role="member")
    assert await attempts(house, "carol", it) == {"native": 403, "teable": 403, "timbrix": 403, "rocketchat": 403}
    await manage(house, "PATCH", await carol_in_acme(house), role="admin")
    assert await attempts(house, "carol", it) == {"native": 200, "teable": 200, "timbrix": 200, "rocketchat": 403}


@NOTHING_THROTTLED
async def test_a_removed_member_changes_nothing_through_any_surface(house: House):
    it = await of_carol(house)
    await manage(house, "DELETE", await carol_in_acme(house))
    assert await attempts(house, "carol", it) == {"native": 404, "teable": 403, "timbrix": 404, "rocketchat": 403}
    # What she registered stays with the organization.
    assert await attempts(house, "alice", it) == {"native": 200, "teable": 403, "timbrix": 200, "rocketchat": 403}
    assert await attempts(house, "admin", it) == {"native": 200, "teable": 403, "timbrix": 200, "rocketchat": 200}


@NOTHING_THROTTLED
async def test_a_moved_application_is_the_new_organizations_through_every_surface(house: House):
    it = await of_carol(house)
    await manage(house, "PATCH", f"/api/applications/{it.client_id}", organization_id=house.organizations["other"])
    assert await attempts(house, "carol", it) == {"native": 404, "teable": 403, "timbrix": 404, "rocketchat": 403}
    assert await attempts(house, "mallory", it) == {"native": 200, "teable": 403, "timbrix": 200, "rocketchat": 403}
    await manage(house, "PATCH", f"/api/applications/{it.client_id}", organization_id=house.organizations["acme"])
    assert await attempts(house, "carol", it) == {"native": 200, "teable": 200, "timbrix": 200, "rocketchat": 403}
    assert await attempts(house, "mallory", it) == {"native": 404, "teable": 403, "timbrix": 404, "rocketchat": 403}


@NOTHING_THROTTLED
async def test_the_instance_permission_alone_opens_the_surface_that_asks_for_it(house: House):
    it = await of_carol(house)
    await manage(house, "PUT", "/api/manage/permissions", permission="manage-oauth-apps", roles=["admin", "user"])
    assert await attempts(house, "mallory", it) == {"native": 200, "teable": 403, "timbrix": 200, "rocketchat": 200}
    await manage(house, "PUT", "/api/manage/permissions", permission="manage-oauth-apps", roles=["admin"])
    assert await attempts(house, "mallory", it) == {"native": 404, "teable": 403, "timbrix": 404, "rocketchat": 403}


@NOTHING_THROTTLED
async def test_an_application_that_manages_itself_stays_its_own_when_it_is_moved(house: House):
    it = await register(house, "rfc", "admin", "Self-made")
    await manage(house, "PATCH", f"/api/applications/{it.client_id}", organization_id=house.organizations["other"])
    shown = WAYS["rfc"].shown((await WAYS["rfc"].read(house, "", it)).json())
    answer = await WAYS["rfc"].write(house, "", it, {**shown, "client_name": "Still mine"})
    assert answer.status_code == 200
    document = (await native(house, it)).json()
    assert (document["client_name"], document["organization_id"]) == ("Still mine", house.organizations["other"])


@NOTHING_THROTTLED
@pytest.mark.parametrize("surface", ["native", "teable", "timbrix", "rocketchat"])
async def test_what_one_surface_deletes_is_unknown_to_all(house: House, surface: str):
    it = await register(house, "rfc", "admin", "Short-lived")
    match surface:
        case "native":
            await manage(house, "DELETE", f"/api/applications/{it.client_id}")
        case "timbrix":
            await manage(house, "DELETE", f"/api/oauth/apps/{it.client_id}")
        case "teable":
            headers = {"cookie": f"auth_session={await signed(house)}"}
            await house.call("DELETE", f"/api/oauth/client/{it.client_id}", headers=headers)
        case _:
            headers = await house.chat("admin")
            await house.call("POST", "/api/v1/oauth-apps.delete", headers=headers, json={"appId": it.id})
    seen = {name: (await way.read(house, "admin", it)).status_code for name, way in WAYS.items()}
    assert seen == {"native": 404, "rfc": 401, "teable": 404, "timbrix": 404, "rocketchat": 400}


async def signed(house: House) -> str:
    return sign(await house.token("admin", "teable"), house.instance.setups["teable"].cookie_key)


@NOTHING_THROTTLED
async def test_a_surface_keeps_what_it_would_not_take(house: House):
    it = await register(house, "teable", "admin", "Insecure")
    sent = {"name": "Insecure", "homepage": "https://a.example", "redirectUris": ["http://insecure.example/cb"]}
    assert (await WAYS["teable"].write(house, "admin", it, sent)).status_code == 200
    shown = (await native(house, it)).json()
    assert (shown["insecure"], shown["redirect_uris"]) == (True, ["http://insecure.example/cb"])
    answer = await WAYS["native"].write(house, "admin", it, {**shown, "description": "Changed"})
    assert answer.json()["redirect_uris"] == ["http://insecure.example/cb"]
    wider = {"redirect_uris": ["http://insecure.example/cb", "https://secure.example/cb"]}
    answer = await WAYS["native"].write(house, "admin", it, wider)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/redirect_uris/0"]


# P9. Everything that any surface could have written, in the words of the registry.
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), min_size=1, max_size=220).filter(
    lambda name: name.strip()
)
LINKS = st.sampled_from([None, "https://a.example/", "http://a.example/x?y=z", "https://a.example/logo.png"])
RETURNS = st.lists(
    st.sampled_from(
        [
            "https://a.example/cb",
            "https://a.example/cb?x=1,2",
            "http://insecure.example/cb",
            "http://127.0.0.1:8080/cb",
            "http://[::1]/cb",
            "com.example.app:/cb",
            "cursor://host/cb",
            "https://b.example/" + "x" * 500,
        ]
    ),
    unique=True,
    max_size=5,
)
SCOPES = st.one_of(
    st.none(),
    st.lists(
        st.sampled_from(
            ["openid", "table|read", "mcp", "read:members", "record|create", "offline_access", "write:members", "read"]
        ),
        unique=True,
    ),
)
GRANTS = st.lists(
    st.sampled_from(
        [
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ]
    ),
    unique=True,
)
WRITTEN = st.fixed_dictionaries(
    {
        "client_name": NAMES,
        "description": st.one_of(st.none(), st.text("ab\n ,", max_size=600)),
        "enabled": st.booleans(),
        "redirect_uris": RETURNS,
        "scope": SCOPES,
        "grant_types": GRANTS,
        "response_types": st.sampled_from([[], ["code"]]),
        "token_endpoint_auth_method": st.sampled_from(["none", "client_secret_basic", "client_secret_post"]),
        "application_type": st.sampled_from(["web", "native"]),
        "client_uri": LINKS,
        "logo_uri": LINKS,
        "tos_uri": LINKS,
        "policy_uri": LINKS,
        "contacts": st.lists(st.sampled_from(["a@a.example", "+1 555 0100"]), unique=True),
        "software_id": st.sampled_from([None, "ledger"]),
        "software_version": st.sampled_from([None, "1.0"]),
        "access_token_format": st.sampled_from(["jwt", "opaque"]),
        "refresh_token_lifetime": st.sampled_from([None, 86_400]),
        "default_resource": st.sampled_from([None, "http://127.0.0.1:8471/mcp"]),
        "post_logout_redirect_uris": st.sampled_from([[], ["http://insecure.example/bye"]]),
    }
)


@NOTHING_THROTTLED
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(made_by=st.sampled_from(sorted(WAYS)), written=WRITTEN)
async def test_what_a_surface_showed_and_gets_back_changes_nothing(house: House, made_by: str, written: dict[str, Any]):
    actor = await house.actor("admin", made_by)
    asked = Registration(
        settings={**written, "organization_id": house.organizations["acme"], "protocols": ["native"]},
        client_id=Form("x", DIGITS, 23),
        registration_token=Form("t", DIGITS, 43),
    )
    registered = await house.services.applications.register(actor, asked)
    it = Made(registered.application.client_id, registered.application.id, registered.registration_access_token or "")
    before = (await native(house, it)).content
    for surface, way in WAYS.items():
        read = await way.read(house, "admin", it)
        if way.self_managed and not written["enabled"]:
            # Switched off, it does not manage itself either.
            assert read.status_code == 403
            continue
        assert read.status_code == 200, (surface, read.text)
        answer = await way.write(house, "admin", it, way.shown(read.json()))
        assert answer.status_code == 200, (surface, answer.text)
        assert (surface, (await native(house, it)).content) == (surface, before)
        assert len(await revisions(house, it)) == 1, surface
