"""Subjects: the same name for a person in everything an application is told; by sector where it asked for that."""

from urllib.parse import urlencode

import pytest

from licet.errors import Invalid
from licet.services.ports import Fetched
from tests.conformance.clients import ask
from tests.conformance.person import asking, told
from tests.conformance.protocol import CALLBACK, USERINFO, app, bearer, parts

SECTOR = "https://sector.example/uris.json"


async def pairwise(house, **settings):
    return await app(house, **{"subject_type": "pairwise", **settings})


async def name_of(client, person="alice"):
    return parts((await client.tokens(person))["id_token"])[1]["sub"]


@pytest.mark.rfc("OpenID Connect Core", "8.1")
@pytest.mark.parametrize("form", ["jwt", "opaque"])
async def test_a_pairwise_name_is_the_same_in_everything_an_application_is_told(house, form):
    client = await pairwise(house, access_token_format=form)
    tokens = await client.tokens(scope="openid offline_access")
    name = parts(tokens["id_token"])[1]["sub"]
    about = await house.call("GET", USERINFO, headers=bearer(tokens["access_token"]))
    assert about.json() == {"sub": name}
    for kind in ("access_token", "refresh_token"):
        assert (await client.introspect(tokens[kind]))["sub"] == name
    if form == "jwt":
        assert parts(tokens["access_token"])[1]["sub"] == name
    again = (await client.refresh(tokens["refresh_token"])).json()
    assert parts(again["id_token"])[1]["sub"] == name


@pytest.mark.rfc("OpenID Connect Core", "8.1")
async def test_a_sector_has_its_own_names_and_shares_them(house, web):
    first, same = await pairwise(house), await pairwise(house, redirect_uris=(f"{CALLBACK}/other", CALLBACK))
    house.outside.serve(SECTOR, [CALLBACK])
    apart = await pairwise(house, sector_identifier_uri=SECTOR)
    names = [await name_of(client) for client in (web, first, same, apart)]
    assert names[1] == names[2]
    assert len(set(names)) == 3
    assert await name_of(first, "bob") != names[1]
    assert len(names[1]) == 38


async def test_a_sector_is_its_host_wherever_the_list_lies(house):
    lists = (SECTOR, "https://sector.example/another.json")
    for uri in lists:
        house.outside.serve(uri, [CALLBACK])
    names = [await name_of(await pairwise(house, sector_identifier_uri=uri)) for uri in lists]
    assert names[0] == names[1]


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.1")
async def test_a_pairwise_hint_is_read_back(house, someone):
    client = await pairwise(house)
    answered = await someone.allowed(client)
    hint = (await client.redeem(answered["code"])).json()["id_token"]
    assert "code" in told(await someone.get(asking(client, id_token_hint=hint, prompt="none")))
    foreign = (await client.tokens("bob"))["id_token"]
    assert told(await someone.get(asking(client, id_token_hint=foreign, prompt="none")))["error"] == "login_required"
    claims = '{"id_token":{"sub":{"value":"%s"}}}'
    own = claims % parts(hint)[1]["sub"]
    assert "code" in told(await someone.get(asking(client, claims=own, prompt="none")))
    unknown = claims % ("A" * 38)
    assert told(await someone.get(asking(client, claims=unknown, prompt="none")))["error"] == "login_required"


async def test_a_pairwise_hint_signs_out_at_once(house, someone):
    client = await pairwise(house)
    hint = (await client.redeem((await someone.allowed(client))["code"])).json()["id_token"]
    page = await someone.visit(f"/oauth2/logout?{urlencode({'id_token_hint': hint})}")
    assert "Signed out" in page.text


async def test_the_name_of_another_sector_means_nobody(house, web):
    first = await pairwise(house)
    house.outside.serve(SECTOR, [CALLBACK])
    apart = await pairwise(house, sector_identifier_uri=SECTOR)
    subjects = first.context.subjects
    person = await house.user("alice")
    ours = await house.store.applications.by_client_id(first.client_id)
    theirs = await house.store.applications.by_client_id(apart.client_id)
    public = await house.store.applications.by_client_id(web.client_id)
    name = subjects.of(ours, person.id)
    assert subjects.read(ours, name) == person.id
    assert [subjects.read(other, name) for other in (theirs, public)] == [None, None]
    for wrong in (name[:-1], f"{name}=", name.swapcase(), "", subjects.of(public, person.id), "ä" * 38):
        assert subjects.read(ours, wrong) is None


@pytest.mark.rfc("OpenID Connect Core", "8.1")
async def test_redirect_uris_of_several_hosts_need_a_document(house):
    several = (CALLBACK, "https://other.example/cb")
    with pytest.raises(Invalid) as refused:
        await pairwise(house, redirect_uris=several)
    assert [fault.path for fault in refused.value.faults] == [("sector_identifier_uri",)]
    house.outside.serve(SECTOR, list(several))
    assert (await pairwise(house, redirect_uris=several, sector_identifier_uri=SECTOR)).client_id


@pytest.mark.rfc("OpenID Connect Core", "8.1")
@pytest.mark.parametrize(
    "document",
    [None, [], ["https://other.example/cb"], {"redirect_uris": [CALLBACK]}, CALLBACK, [[CALLBACK]], [7]],
)
async def test_a_document_that_does_not_list_the_redirect_uris_gives_no_sector(house, document):
    if document is not None:
        house.outside.serve(SECTOR, document)
    with pytest.raises(Invalid) as refused:
        await pairwise(house, sector_identifier_uri=SECTOR)
    assert [fault.path for fault in refused.value.faults] == [("sector_identifier_uri",)]


async def test_an_answer_that_is_no_success_gives_no_sector(house):
    house.outside.answers[SECTOR] = Fetched(302, {"location": "https://elsewhere.example"}, b"[]")
    with pytest.raises(Invalid):
        await pairwise(house, sector_identifier_uri=SECTOR)


async def test_a_sector_is_asked_again_only_when_the_redirect_uris_change(house):
    house.outside.serve(SECTOR, [CALLBACK])
    client = await pairwise(house, sector_identifier_uri=SECTOR)
    await client.change(client_name="Renamed")
    assert house.outside.asked == [(SECTOR, None)]
    with pytest.raises(Invalid):
        await client.change(redirect_uris=(CALLBACK, "https://app.example/new"))
    assert house.outside.asked == [(SECTOR, None), (SECTOR, None)]


@pytest.mark.settings(registration="open")
async def test_a_client_registers_pairwise_by_itself(house):
    said = {"client_name": "Pairwise", "redirect_uris": [CALLBACK], "subject_type": "pairwise"}
    assert (await ask(house, said)).json()["subject_type"] == "pairwise"
    house.outside.serve(SECTOR, [CALLBACK])
    assert (await ask(house, {**said, "sector_identifier_uri": SECTOR})).status_code == 201
    refused = await ask(house, {**said, "sector_identifier_uri": "https://unknown.example/"})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client_metadata")


async def test_metadata_names_what_there_is(house):
    document = (await house.call("GET", "/.well-known/openid-configuration")).json()
    assert document["subject_types_supported"] == ["public", "pairwise"]
    assert "ECDH-ES" in document["id_token_encryption_alg_values_supported"]
    assert "A128CBC-HS256" in document["id_token_encryption_enc_values_supported"]
    assert "ES256" in document["userinfo_signing_alg_values_supported"]
    assert "RS256" in document["introspection_signing_alg_values_supported"]
    assert document["backchannel_logout_supported"] is True
    assert document["frontchannel_logout_session_supported"] is True
