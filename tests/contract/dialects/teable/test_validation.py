"""Bad bodies, and the messages that clients of this surface read."""

import json

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import ACME, CLIENTS, made, refused, said, signed_in

SCOPES = (
    '"app|create"|"app|delete"|"app|read"|"app|update"|"automation|create"|"automation|delete"|"automation|read"|'
    '"automation|update"|"base|authority_matrix_config"|"base|create"|"base|delete"|"base|query_data"|"base|read"|'
    '"base|read_all"|"base|table_export"|"base|table_import"|"base|update"|"field|create"|"field|delete"|"field|read"|'
    '"field|update"|"record|archive"|"record|comment"|"record|create"|"record|delete"|"record|read"|"record|update"|'
    '"routine|create"|"routine|delete"|"routine|read"|"routine|update"|"table|archive_manage"|"table|archive_read"|'
    '"table|create"|"table|delete"|"table|export"|"table|import"|"table|read"|"table|trash_read"|"table|trash_reset"|'
    '"table|trash_update"|"table|update"|"user|email_read"|"user|integrations"|"user|notifications_send"|'
    '"user|self_hosted_licenses_read"|"user|spaces_read"|"view|create"|"view|delete"|"view|read"|"view|update"'
)
UNKNOWN_SCOPE = f"Invalid option: expected one of {SCOPES}"
URI_OF_2049 = "https://acme.example/" + "x" * 2028


async def test_the_empty_object_names_everything_that_is_required(house: House):
    answer = await house.call("POST", CLIENTS, json={}, headers=await signed_in(house, "alice"))
    assert said(answer) == (
        400,
        (
            '{"message":"Validation error: Invalid input: expected string, received undefined at \\"name\\"; '
            'Invalid input: expected string, received undefined at \\"homepage\\"; '
            'Invalid input: expected array, received undefined at \\"redirectUris\\"",'
            '"status":400,"code":"validation_error"}'
        ),
    )


async def test_a_body_that_is_no_object_is_named_without_a_place(house: House):
    headers = {**await signed_in(house, "alice"), "content-type": "application/json"}
    path = f"{CLIENTS}/{(await made(house, 'alice'))['clientId']}"
    for body, received in (
        ("null", "null"),
        ("[]", "array"),
        ('"text"', "string"),
        ("1", "number"),
        ("1.5", "number"),
        ("true", "boolean"),
    ):
        for method, target in (("POST", CLIENTS), ("PUT", path)):
            answer = await house.call(method, target, content=body, headers=headers)
            assert said(answer) == refused(f"Invalid input: expected object, received {received}")


CASES = [
    ({"name": 5}, 'Invalid input: expected string, received number at "name"'),
    ({"name": None}, 'Invalid input: expected string, received null at "name"'),
    ({"name": True}, 'Invalid input: expected string, received boolean at "name"'),
    ({"name": []}, 'Invalid input: expected string, received array at "name"'),
    ({"name": {}}, 'Invalid input: expected string, received object at "name"'),
    ({"homepage": 5}, 'Invalid input: expected string, received number at "homepage"'),
    ({"homepage": ""}, 'Invalid URL at "homepage"'),
    ({"homepage": "acme.example"}, 'Invalid URL at "homepage"'),
    ({"homepage": "https://"}, 'Invalid URL at "homepage"'),
    ({"homepage": "https://a b.example"}, 'Invalid URL at "homepage"'),
    ({"redirectUris": "https://a.example"}, 'Invalid input: expected array, received string at "redirectUris"'),
    ({"redirectUris": None}, 'Invalid input: expected array, received null at "redirectUris"'),
    ({"redirectUris": {}}, 'Invalid input: expected array, received object at "redirectUris"'),
    ({"redirectUris": []}, 'Too small: expected array to have >=1 items at "redirectUris"'),
    ({"redirectUris": [1]}, 'Invalid input: expected string, received number at "redirectUris[0]"'),
    (
        {"redirectUris": ["https://a.example", None, "x"]},
        'Invalid input: expected string, received null at "redirectUris[1]"; Invalid URL at "redirectUris[2]"',
    ),
    ({"description": 1}, 'Invalid input: expected string, received number at "description"'),
    ({"description": None}, 'Invalid input: expected string, received null at "description"'),
    ({"logo": None}, 'Invalid input: expected string, received null at "logo"'),
    ({"scopes": None}, 'Invalid input: expected array, received null at "scopes"'),
    ({"scopes": "table|read"}, 'Invalid input: expected array, received string at "scopes"'),
    ({"scopes": ["table|read", 1]}, 'Invalid input: expected string, received number at "scopes[1]"'),
    ({"scopes": ["string"]}, f'{UNKNOWN_SCOPE} at "scopes[0]"'),
    ({"scopes": ["table|read", "Table|read"]}, f'{UNKNOWN_SCOPE} at "scopes[1]"'),
    ({"scopes": ["openid"]}, f'{UNKNOWN_SCOPE} at "scopes[0]"'),
    ({"allowDeviceFlow": "true"}, 'Invalid input: expected boolean, received string at "allowDeviceFlow"'),
    ({"allowDeviceFlow": 1}, 'Invalid input: expected boolean, received number at "allowDeviceFlow"'),
    ({"allowDeviceFlow": None}, 'Invalid input: expected boolean, received null at "allowDeviceFlow"'),
    ({"name": "a\u202eb"}, 'Invalid string: control characters are not allowed at "name"'),
    ({"name": "a\nb"}, 'Invalid string: control characters are not allowed at "name"'),
    ({"name": "a\u2066b"}, 'Invalid string: control characters are not allowed at "name"'),
    ({"name": "a\x1bb"}, 'Invalid string: control characters are not allowed at "name"'),
    (
        {"name": 1, "homepage": "x", "redirectUris": [], "allowDeviceFlow": "no"},
        (
            'Invalid input: expected string, received number at "name"; Invalid URL at "homepage"; '
            'Too small: expected array to have >=1 items at "redirectUris"; '
            'Invalid input: expected boolean, received string at "allowDeviceFlow"'
        ),
    ),
]


@pytest.mark.attack(54, 59)
async def test_every_fault_is_told_in_the_words_of_this_surface(house: House):
    headers = await signed_in(house, "alice")
    path = f"{CLIENTS}/{(await made(house, 'alice'))['clientId']}"
    for wrong, message in CASES:
        for method, target in (("POST", CLIENTS), ("PUT", path)):
            answer = await house.call(method, target, json={**ACME, **wrong}, headers=headers)
            assert said(answer) == refused(message)


async def test_scopes_that_no_application_gets_are_unknown(house: House):
    headers = await signed_in(house, "alice")
    for scope in (
        "space|read",
        "instance|read",
        "enterprise|read",
        "base|invite_link",
        "base|db_connection",
        "view|share",
        "record|copy",
        "table_record_history|read",
        "table|*",
    ):
        answer = await house.call("POST", CLIENTS, json={**ACME, "scopes": [scope]}, headers=headers)
        assert said(answer) == refused(f'{UNKNOWN_SCOPE} at "scopes[0]"')


async def test_all_fifty_one_scopes_can_be_had(house: House):
    names = SCOPES.replace('"', "").split("|")
    every = [f"{thing}|{action}" for thing, action in zip(names[::2], names[1::2], strict=True)]
    assert len(every) == 51
    assert (await made(house, "alice", scopes=every))["scopes"] == every


BAD_URIS = [
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@b.example",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://acme.example/1",
    "about:blank",
    "http://127.1/cb#",
    "https://acme.example/..;/cb/../x",
    "https://acme.example/cb%2f..",
    "https://acme.example/cb?state=1",
    "https://acme.example/cb?iss=1",
    "https://acme.example/cb?error=1",
    "https://good.example@@evil.example/cb",
    "https://acme.example/cb#fragment",
    "https://acme.example/cb#",
    "https://user@acme.example/cb",
    "https://*.acme.example/cb",
    "https://acme.example/../cb",
    "https://acme.example/%2e%2e/cb",
    "https://acme.example\\cb",
    "https://acme.example/a b",
    "https://acme.example/cb?code=1",
    "/cb",
    "",
    URI_OF_2049,
]


@pytest.mark.attack(3, 4, 7, 8, 9, 10)
async def test_a_redirect_uri_against_the_rule_is_an_invalid_url(house: House):
    headers = await signed_in(house, "alice")
    for uri in BAD_URIS:
        body = {**ACME, "redirectUris": ["https://acme.example/cb", uri]}
        answer = await house.call("POST", CLIENTS, json=body, headers=headers)
        assert said(answer) == refused('Invalid URL at "redirectUris[1]"'), uri


UNREADABLE = [
    b"",
    b"{",
    b"{'name':1}",
    b'{"name":"a","name":"b"}',
    b'{"name":"\xff"}',
    b'{"name":NaN}',
    b'{"name":"\\ud800"}',
    b'{"name":"a\\u0000b"}',
    b'{"name":' + b"[" * 40 + b"]" * 40 + b"}",
    b'{"name":1e999}',
    b"name=x",
]


@pytest.mark.attack(57, 109)
async def test_what_cannot_be_read_as_json_is_one_error(house: House):
    headers = {**await signed_in(house, "alice"), "content-type": "application/json"}
    path = f"{CLIENTS}/{(await made(house, 'alice'))['clientId']}"
    for content in UNREADABLE:
        for method, target in (("POST", CLIENTS), ("PUT", path)):
            answer = await house.call(method, target, content=content, headers=headers)
            assert said(answer) == refused("Invalid JSON body"), content


async def test_a_body_that_is_not_there_says_nothing(house: House):
    answer = await house.call("POST", CLIENTS, headers=await signed_in(house, "alice"))
    assert said(answer)[0] == 400
    assert 'received undefined at \\"name\\"' in answer.text


async def test_another_media_type_is_refused_in_the_envelope(house: House):
    for media_type in ("text/plain", "multipart/form-data; boundary=x", "application/xml"):
        headers = {**await signed_in(house, "alice"), "content-type": media_type}
        answer = await house.call("POST", CLIENTS, content=json.dumps(ACME), headers=headers)
        assert said(answer) == (
            415,
            '{"message":"Validation error: Unsupported media type","status":415,"code":"validation_error"}',
        )


async def test_a_media_type_with_a_charset_is_json(house: House):
    headers = {**await signed_in(house, "alice"), "content-type": "application/json; charset=utf-8"}
    assert (await house.call("POST", CLIENTS, content=json.dumps(ACME), headers=headers)).status_code == 201


@pytest.mark.attack(57)
async def test_a_body_over_the_limit_is_refused_in_the_envelope(house: House):
    headers = await signed_in(house, "bob")
    for too_much in (
        {"description": "x" * 1_000_000},
        {"redirectUris": [f"https://acme.example/{number}" for number in range(10_000)]},
    ):
        answer = await house.call("POST", CLIENTS, json={**ACME, **too_much}, headers=headers)
        assert said(answer) == (
            413,
            '{"message":"Validation error: Request body too large","status":413,"code":"validation_error"}',
        )
    assert (await house.call("GET", CLIENTS, headers=headers)).text == "[]"


async def test_a_form_is_not_coerced(house: House):
    headers = {**await signed_in(house, "alice"), "content-type": "application/x-www-form-urlencoded"}
    rest = "homepage=https://a.example&redirectUris[]=https://a.example"
    for form, message in (
        (rest, 'expected string, received undefined at "name"'),
        (f"name=a&name=b&{rest}", 'expected string, received array at "name"'),
        (f"name=a&{rest}&allowDeviceFlow=true", 'expected boolean, received string at "allowDeviceFlow"'),
        (
            "name=a&homepage=https://a.example&redirectUris=https://a.example",
            'expected array, received string at "redirectUris"',
        ),
    ):
        answer = await house.call("POST", CLIENTS, content=form, headers=headers)
        assert said(answer) == refused(f"Invalid input: {message}")


async def test_a_form_that_cannot_be_read_isrefused(house: House):
    headers = {**await signed_in(house, "alice"), "content-type": "application/x-www-form-urlencoded"}
    for form in (b"name=%zz", b"name=%ff", b"name=%00", b"&".join([b"a=1"] * 300)):
        status, text = said(await house.call("POST", CLIENTS, content=form, headers=headers))
        assert status == 400
        assert text.startswith('{"message":"Validation error: ')


async def test_a_body_of_thousands_of_faults_has_an_answer_of_bounded_size(house: House):
    body = {**ACME, "scopes": ["x"] * 15_000}
    answer = await house.call("POST", CLIENTS, json=body, headers=await signed_in(house, "alice"))
    assert answer.status_code == 400
    assert len(answer.content) < 200_000
