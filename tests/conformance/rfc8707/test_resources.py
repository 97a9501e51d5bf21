"""Resource indicators: a token is for the resource that was asked for and allowed, and its audience says so."""

import pytest

from licet.services.founding import SYSTEM
from licet.store.sql.catalogue import Catalogue
from licet.store.sql.registry import Registry
from tests.conformance.protocol import API, OTHER, TOKEN, app, parts, post, resources, said

MACHINE = {"grant_type": "client_credentials"}
TARGET = {"error": "invalid_target", "error_description": "The resource is unknown, or was not allowed."}


def audience(answer):
    return parts(answer.json()["access_token"])[1]["aud"]


@pytest.mark.attack(83)
@pytest.mark.rfc(8707, "2")
@pytest.mark.rfc(9068, "3")
async def test_the_audience_is_the_resource_else_the_applications_default_else_the_issuer(house):
    await resources(house)
    plain, bound = await app(house), await app(house, default_resource=OTHER)
    assert audience(await plain.for_itself()) == "http://127.0.0.1:8000"
    assert audience(await plain.for_itself(resource=API)) == API
    assert audience(await bound.for_itself()) == OTHER
    assert audience(await bound.for_itself(resource=API)) == API
    assert parts((await bound.tokens())["access_token"])[1]["aud"] == OTHER
    assert parts((await plain.tokens())["access_token"])[1]["aud"] == "http://127.0.0.1:8000"


@pytest.mark.attack(82)
@pytest.mark.rfc(8707, "2")
@pytest.mark.parametrize(
    "resource",
    [
        "https://nobody.example",
        f"{API}/",
        f"{API}/more",
        f"{API}#fragment",
        f"{API}?query",
        API.upper(),
        "relative/path",
        "https://[",
        "*",
        "é",
    ],
)
async def test_what_is_not_registered_is_no_target(house, resource):
    await resources(house)
    machine = await app(house)
    answer = await machine.for_itself(resource=resource)
    assert (answer.status_code, answer.json()) == (400, TARGET)


@pytest.mark.rfc(8707, "2")
async def test_scheme_and_host_may_be_written_in_capitals(house):
    await resources(house)
    machine = await app(house)
    assert audience(await machine.for_itself(resource="HTTPS://API.example/v1")) == API


@pytest.mark.attack(82)
@pytest.mark.rfc(8707, "2")
async def test_one_token_is_asked_for_one_resource(house):
    await resources(house)
    machine = await app(house)
    form = [*MACHINE.items(), ("resource", API), ("resource", OTHER)]
    answer = await post(house, TOKEN, form, machine.basic)
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "invalid_target", "error_description": "A token is for one resource."},
    )


@pytest.mark.attack(82)
@pytest.mark.rfc(8707, "2.2")
async def test_a_code_gives_tokens_for_what_was_allowed_and_nothing_else(house):
    await resources(house)
    web = await app(house)
    whole = (await web.redeem(await web.code(resources=(API, OTHER)))).json()
    assert parts(whole["access_token"])[1]["aud"] == [API, OTHER]
    part = await web.redeem(await web.code(resources=(API, OTHER)), resource=OTHER)
    assert audience(part) == OTHER
    assert audience(await web.refresh(part.json()["refresh_token"], resource=API)) == API
    foreign = await web.redeem(await web.code(resources=(API,)), resource=OTHER)
    assert said(foreign) == (400, "invalid_target")
    unasked = await web.redeem(await web.code(), resource=API)
    assert said(unasked) == (400, "invalid_target")


async def test_a_resource_is_a_target_from_its_registration_to_its_removal(house):
    machine, admin = await app(house), await house.actor("admin")
    assert said(await machine.for_itself(resource=API)) == (400, "invalid_target")
    await resources(house)
    assert audience(await machine.for_itself(resource=API)) == API
    await house.services.catalogue.remove_resource(admin, API)
    assert said(await machine.for_itself(resource=API)) == (400, "invalid_target")


async def test_a_resource_that_another_worker_removed_is_no_target_after_half_a_second(house):
    await resources(house)
    machine = await app(house)
    assert audience(await machine.for_itself(resource=API)) == API
    catalogue = Catalogue(house.store.catalogue._engine, Registry(house.store.catalogue._engine))
    await catalogue.remove_resource(API, house.services.ambient.change(SYSTEM, "resource.removed", API))
    house.clock.pass_(seconds=0.5)
    assert said(await machine.for_itself(resource=API)) == (400, "invalid_target")
