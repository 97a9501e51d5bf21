"""Pages of other origins: an application's own may read what is answered to it, and nobody's credentials count."""

import pytest

from tests.conformance.protocol import TOKEN, USERINFO, app, bearer, post

OWN, STRANGER = "https://app.example", "https://evil.test"
MACHINE = {"grant_type": "client_credentials"}
SHARED = (TOKEN, "/oauth2/revoke", USERINFO, "/oauth2/register", "/oauth2/register/x", "/oauth2/introspect")


async def two(house):
    """An application whose pages may read its answers, and one without pages."""
    return await app(house, allowed_cors_origins=(OWN,)), await app(house)


@pytest.mark.attack(110)
@pytest.mark.parametrize("path", SHARED)
async def test_a_preflight_lets_an_origin_try_that_some_application_lists(house, path):
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    before = await house.call("OPTIONS", path, headers={"origin": OWN, **asking})
    assert "access-control-allow-origin" not in before.headers
    spa, _ = await two(house)
    answer = await house.call("OPTIONS", path, headers={"origin": OWN, **asking})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == OWN
    assert answer.headers["access-control-allow-headers"] == "Authorization, Content-Type, DPoP"
    assert answer.headers["access-control-allow-methods"] == "GET, POST, PUT, DELETE"
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers
    await spa.change(allowed_cors_origins=())
    assert "access-control-allow-origin" not in (await house.call("OPTIONS", path, headers={"origin": OWN})).headers


@pytest.mark.attack(110)
@pytest.mark.parametrize("origin", ["null", STRANGER, f"{OWN}:8443", "https://app.example.evil.test", "", OWN.upper()])
async def test_another_origin_may_not_even_try(house, origin):
    await two(house)
    answer = await house.call("OPTIONS", TOKEN, headers={"origin": origin})
    assert answer.status_code == 204
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.attack(110)
async def test_the_answer_is_read_by_the_pages_of_the_application_that_it_is_for(house):
    spa, other = await two(house)
    for client, origin, shared in ((spa, OWN, True), (spa, STRANGER, False), (spa, "null", False), (other, OWN, False)):
        headers = {"origin": origin, **client.basic}
        for form, status in ((MACHINE, 200), ({"grant_type": "password"}, 400)):
            answer = await post(house, TOKEN, form, headers)
            assert answer.status_code == status
            assert answer.headers.get("access-control-allow-origin") == (origin if shared else None)
            assert answer.headers["vary"] == "Origin"
            assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.attack(110)
async def test_userinfo_is_read_by_the_pages_of_the_tokens_application(house):
    spa, other = await two(house)
    token, foreign = (await spa.tokens())["access_token"], (await other.tokens())["access_token"]
    for value, allowed in ((token, OWN), (foreign, None)):
        answer = await house.call("GET", USERINFO, headers={"origin": OWN, **bearer(value)})
        assert answer.status_code == 200
        assert answer.headers.get("access-control-allow-origin") == allowed
    # A refusal is nobody's, so that every page that may try hears of it.
    refused = await house.call("GET", USERINFO, headers={"origin": OWN, **bearer("x")})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, OWN)
    refused = await house.call("GET", USERINFO, headers={"origin": STRANGER, **bearer("x")})
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.attack(110)
async def test_a_registration_is_read_by_pages_that_some_application_lists(house):
    metadata = {"client_name": "New", "redirect_uris": ["https://app.example/cb"]}
    await two(house)
    for origin, allowed in ((OWN, OWN), (STRANGER, None), ("null", None)):
        answer = await house.call("POST", "/oauth2/register", json=metadata, headers={"origin": origin})
        assert answer.status_code == 201
        assert answer.headers.get("access-control-allow-origin") == allowed
    made = answer.json()
    headers = {"origin": OWN, **bearer(made["registration_access_token"])}
    answer = await house.call("GET", made["registration_client_uri"], headers=headers)
    assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (200, False)


async def test_who_sends_no_origin_is_told_nothing_of_origins(house):
    spa, _ = await two(house)
    answer = await spa.for_itself()
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "vary" not in answer.headers
