"""The token endpoint whatever the grant: what is read, what is refused, and how both are said."""

import pytest

from tests.conformance.protocol import TOKEN, app, post, raw, said

FORM = {"content-type": "application/x-www-form-urlencoded"}
MACHINE = {"grant_type": "client_credentials"}


@pytest.mark.rfc(6749, "5.1")
async def test_a_success_is_json_that_nobody_keeps(house):
    machine = await app(house)
    answer = await machine.for_itself(scope="write read")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    tokens = answer.json()
    assert tokens == {
        "access_token": tokens["access_token"],
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "write read",
    }


@pytest.mark.rfc(6749, "3.2")
async def test_tokens_are_only_posted_for(house):
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = await house.call(method, TOKEN)
        assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")


@pytest.mark.attack(13)
@pytest.mark.rfc(6749, "3.2")
@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret", "scope", "anything"])
async def test_a_parameter_that_comes_twice_is_refused(house, name):
    machine = await app(house)
    form = {
        **MACHINE,
        "client_id": machine.client_id,
        "client_secret": machine.secret,
        "scope": "read",
        "anything": "x",
    }
    answer = await post(house, TOKEN, [*form.items(), (name, form[name])])
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "invalid_request", "error_description": "A parameter is given more than once."},
    )


@pytest.mark.attack(13)
async def test_a_name_with_brackets_is_another_name(house):
    machine = await app(house)
    answer = await post(house, TOKEN, [*MACHINE.items(), ("scope[a]", "b"), ("scope[]", "c")], machine.basic)
    assert answer.json()["scope"] == "read write"


@pytest.mark.attack(109)
@pytest.mark.rfc(6749, "3.2")
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"grant_type": "client_credentials"}'),
        ("application/json; charset=utf-8", b"{"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/plain", b"grant_type=client_credentials"),
        ("", b"grant_type=client_credentials"),
    ],
)
async def test_another_body_than_a_form_is_refused(house, kind, body):
    machine = await app(house)
    answer = await raw(house, TOKEN, body, {"content-type": kind, **machine.basic})
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "error": "invalid_request",
            "error_description": "The body must be of type application/x-www-form-urlencoded.",
        },
    )


@pytest.mark.attack(109)
@pytest.mark.parametrize(
    "body",
    [
        b"grant_type=client_credentials&scope=%00",
        b"grant_type=client_credentials&scope=\x00",
        b"grant_type=client_credentials&scope=%ff",
        b"grant_type=client_credentials&scope=\xff\xfe",
        b"grant_type=client_credentials&scope=%zz",
        b"&".join(b"p%d=x" % number for number in range(257)),
    ],
)
async def test_a_form_that_cannot_be_read_is_an_invalid_request(house, body):
    machine = await app(house)
    assert said(await raw(house, TOKEN, body, {**FORM, **machine.basic})) == (400, "invalid_request")


@pytest.mark.attack(109)
async def test_a_body_of_a_megabyte_is_too_large(house):
    answer = await raw(house, TOKEN, b"a=" + b"x" * 1_000_000, FORM)
    assert said(answer) == (413, "invalid_request")


@pytest.mark.rfc(6749, "5.2")
@pytest.mark.parametrize(
    ("grant_type", "error"),
    [
        (None, "invalid_request"),
        ("", "invalid_request"),
        ("password", "unsupported_grant_type"),
        ("implicit", "unsupported_grant_type"),
        ("urn:example:nothing", "unsupported_grant_type"),
        ("Client_Credentials", "unsupported_grant_type"),
    ],
)
async def test_a_grant_that_is_not_there_is_said_to_be_unsupported(house, grant_type, error):
    machine = await app(house)
    form = {} if grant_type is None else {"grant_type": grant_type}
    assert said(await machine.post(TOKEN, {**form, "anything": "x"})) == (400, error)


@pytest.mark.rfc(6749, "5.2")
@pytest.mark.parametrize(
    "grant_type", ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
)
async def test_an_application_uses_only_the_grants_it_has(house, grant_type):
    machine = await app(house, grant_types=("client_credentials",), response_types=())
    assert said(await machine.post(TOKEN, {"grant_type": grant_type})) == (400, "unauthorized_client")


@pytest.mark.rfc(6749, "4.1.3")
@pytest.mark.rfc(6749, "6")
@pytest.mark.parametrize(
    "grant_type",
    ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
)
async def test_a_grant_without_what_it_proves_by_is_an_invalid_request(house, grant_type):
    machine = await app(house)
    assert said(await machine.post(TOKEN, {"grant_type": grant_type})) == (400, "invalid_request")


@pytest.mark.attack(91)
@pytest.mark.rfc(6749, "3.3")
@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("read", "read"),
        ("read read write read", "read write"),
        ("", "read write"),
        (" read", 400),
        ("read  write", 400),
        ("read\twrite", 400),
        ("read\n", 400),
        ('read "', 400),
        ("read é", 400),
        ("admin", 400),
        ("openid", 400),
        (" ".join(f"s{number}" for number in range(5_000)), 400),
        ("r" * 10_000, 400),
    ],
)
async def test_a_scope_is_a_bounded_list_of_names_that_the_application_has(house, scope, expected):
    machine = await app(house)
    answer = await machine.for_itself(scope=scope)
    if isinstance(expected, str):
        assert answer.json()["scope"] == expected
    else:
        assert said(answer) == (expected, "invalid_scope")


@pytest.mark.attack(113)
@pytest.mark.rfc(9700, "4.15")
@pytest.mark.rfc(6749, "4.4.3")
async def test_an_application_that_acts_for_itself_is_nobodys_namesake(house):
    machine = await app(house)
    tokens = (await machine.for_itself()).json()
    assert "refresh_token" not in tokens
    assert "id_token" not in tokens
    assert (await machine.introspect(tokens["access_token"]))["sub"] == f"client:{machine.client_id}"
    answer = await house.call("GET", "/oauth2/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert said(answer) == (401, "invalid_token")


@pytest.mark.rfc(6749, "4.4")
async def test_an_application_without_secret_does_not_act_for_itself(house):
    public = await app(house, public=True)
    assert said(await public.for_itself()) == (400, "unauthorized_client")


@pytest.mark.attack(42)
async def test_a_disabled_or_deleted_application_gets_and_holds_nothing(house):
    machine = await app(house)
    tokens, watcher = await machine.tokens(), await app(house, default_resource=None)
    await machine.change(enabled=False)
    assert said(await machine.refresh(tokens["refresh_token"])) == (401, "invalid_client")
    assert said(await machine.for_itself()) == (401, "invalid_client")
    answer = await house.call("GET", "/oauth2/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert said(answer) == (401, "invalid_token")
    await machine.change(enabled=True)
    assert await machine.lives(tokens) == (True, True)
    await house.services.applications.delete(await house.actor("alice"), machine.client_id)
    assert said(await machine.refresh(tokens["refresh_token"])) == (401, "invalid_client")
    assert await watcher.introspect(tokens["access_token"]) == {"active": False}
