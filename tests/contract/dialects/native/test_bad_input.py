"""Bad input: a clear answer as a problem document, nothing changed, and never a server error."""

from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import COLLECTION, faults, patch, path, problem, register

JSON = {"content-type": "application/json"}

WRONG: tuple[tuple[dict[str, object], tuple[str, str]], ...] = (
    ({"client_name": ""}, ("/client_name", "too_short")),
    ({"client_name": "   "}, ("/client_name", "too_short")),
    ({"client_name": "x" * 201}, ("/client_name", "too_long")),
    ({"client_name": "a\tb"}, ("/client_name", "control_character")),
    ({"client_name": "a\u202eb"}, ("/client_name", "control_character")),
    ({"client_name": 7}, ("/client_name", "type")),
    ({"client_name": ["Ledger"]}, ("/client_name", "type")),
    ({"description": "x" * 2001}, ("/description", "too_long")),
    ({"enabled": "true"}, ("/enabled", "type")),
    ({"enabled": 1}, ("/enabled", "type")),
    ({"organization_id": "acme"}, ("/organization_id", "too_short")),
    ({"protocols": ["elsewhere"]}, ("/protocols/0", "bad_choice")),
    ({"protocols": ["native", "native"]}, ("/protocols/1", "duplicate")),
    ({"redirect_uris": "https://a.example/cb"}, ("/redirect_uris", "type")),
    ({"redirect_uris": ["https://a.example/cb", 7]}, ("/redirect_uris/1", "type")),
    ({"redirect_uris": ["https://a.example/cb"] * 2}, ("/redirect_uris/1", "duplicate")),
    ({"redirect_uris": ["http://a.example/cb"]}, ("/redirect_uris/0", "bad_redirect_uri")),
    ({"redirect_uris": ["javascript:alert(1)"]}, ("/redirect_uris/0", "bad_redirect_uri")),
    ({"redirect_uris": ["https://*.a.example/cb"]}, ("/redirect_uris/0", "bad_redirect_uri")),
    ({"redirect_uris": ["https://a.example/cb#x"]}, ("/redirect_uris/0", "bad_redirect_uri")),
    ({"redirect_uris": [f"https://a.example/{n}" for n in range(101)]}, ("/redirect_uris", "too_many")),
    ({"scope": ["openid"]}, ("/scope", "type")),
    ({"scope": "openid nowhere"}, ("/scope", "bad_choice")),
    ({"scope": "openid  profile"}, ("/scope", "bad_value")),
    ({"grant_types": ["password"]}, ("/grant_types/0", "bad_choice")),
    ({"response_types": ["token"]}, ("/response_types/0", "bad_choice")),
    ({"token_endpoint_auth_method": "magic"}, ("/token_endpoint_auth_method", "bad_choice")),
    ({"application_type": "toaster"}, ("/application_type", "bad_choice")),
    ({"client_uri": "javascript:alert(1)"}, ("/client_uri", "bad_uri")),
    ({"logo_uri": "http://a.example/logo.png"}, ("/logo_uri", "bad_uri")),
    ({"jwks_uri": "http://a.example/keys"}, ("/jwks_uri", "bad_uri")),
    ({"logo_uri": "data:image/png;base64,AAAA"}, ("/logo_uri", "bad_uri")),
    ({"tos_uri": "terms"}, ("/tos_uri", "bad_uri")),
    ({"policy_uri": "https://a.example/" + "x" * 2048}, ("/policy_uri", "too_long")),
    ({"contacts": [f"{n}@a.example" for n in range(21)]}, ("/contacts", "too_many")),
    ({"contacts": ["x" * 321]}, ("/contacts/0", "too_long")),
    ({"post_logout_redirect_uris": ["http://a.example/bye"]}, ("/post_logout_redirect_uris/0", "bad_redirect_uri")),
    ({"jwks": []}, ("/jwks", "type")),
    ({"jwks": {"keys": ["x" * 17_000]}}, ("/jwks", "too_long")),
    ({"jwks": {"keys": []}, "jwks_uri": "https://a.example/keys"}, ("/jwks", "bad_value")),
    ({"secret": "x"}, ("/secret", "unknown")),
    ({"client_secret": "x"}, ("/client_secret", "unknown")),
    ({"a/b~c": "x"}, ("/a~1b~0c", "unknown")),
    ({"__proto__": {}}, ("/__proto__", "unknown")),
)


async def test_a_wrong_value_is_named_and_nothing_is_written(house: House):
    application = await register(house)
    headers = await house.bearer("alice")
    for settings, fault in WRONG:
        assert faults(await patch(house, application, **settings)) == [fault], settings
        sent = {"client_name": "Ledger", "organization_id": house.organizations["acme"], **settings}
        assert faults(await house.call("POST", COLLECTION, headers=headers, json=sent)) == [fault], settings
    kept = await house.call("GET", path(application), headers=headers)
    assert kept.json()["version"] == 1
    listed = await house.call("GET", COLLECTION, headers=headers, params={"q": "ledger"})
    assert listed.json()["total"] == 1


async def test_all_faults_are_told_at_once(house: House):
    application = await register(house)
    answer = await patch(
        house,
        application,
        client_name="",
        redirect_uris=["https://a.example/cb", "ftp://a.example"],
        scope="openid nowhere",
        protocols=["elsewhere"],
        organization_id="f" * 24,
        colour="red",
    )
    assert sorted(faults(answer)) == [
        ("/client_name", "too_short"),
        ("/colour", "unknown"),
        ("/organization_id", "bad_choice"),
        ("/protocols/0", "bad_choice"),
        ("/redirect_uris/1", "bad_redirect_uri"),
        ("/scope", "bad_choice"),
    ]


async def test_a_fault_says_what_is_expected_and_never_what_was_sent(house: House):
    application = await register(house)
    answer = await patch(house, application, client_name="x" * 201, token_endpoint_auth_method="hunter2-hunter2")
    assert answer.json() == {
        "type": "urn:licet:problem:invalid",
        "title": "Invalid request",
        "status": 400,
        "detail": "The request has faults.",
        "errors": [
            {"pointer": "/client_name", "code": "too_long", "detail": "This must not be longer than 200."},
            {
                "pointer": "/token_endpoint_auth_method",
                "code": "bad_choice",
                "detail": (
                    'This must be "none"|"client_secret_basic"|"client_secret_post"|"client_secret_jwt"'
                    '|"private_key_jwt"|"tls_client_auth"|"self_signed_tls_client_auth".'
                ),
            },
        ],
    }


async def test_thousands_of_wrong_keys_get_a_short_answer(house: House):
    application = await register(house)
    answer = await patch(house, application, **{f"key{number}": number for number in range(4000)})
    assert len(faults(answer)) == 100


async def test_a_body_that_cannot_be_read_is_malformed(house: House):
    application = await register(house)
    for body in (
        b"",
        b"{",
        b"{}x",
        b'{"client_name":"a","client_name":"b"}',
        b'{"client_name":"\xff"}',
        b'{"client_name":"\\ud800"}',
        b'{"client_name":"\\u0000"}',
        b'{"client_name":NaN}',
        b'{"jwks":{"n":123456789012345678901234567890}}',
        b'{"jwks":' + b'{"a":' * 40 + b"1" + b"}" * 41,
        b"[" * 30_000,
    ):
        headers = {**await house.bearer("alice"), **JSON}
        for method, where in (("PATCH", path(application)), ("POST", COLLECTION)):
            problem(await house.call(method, where, headers=headers, content=body), 400, "malformed-body")


async def test_a_body_that_is_no_object_has_its_fault_at_the_root(house: House):
    application = await register(house)
    for body in (
        b"[]",
        b"null",
        b'"text"',
        b"7",
    ):
        headers = {**await house.bearer("alice"), **JSON}
        for method, where in (("PATCH", path(application)), ("POST", COLLECTION)):
            told = faults(await house.call(method, where, headers=headers, content=body))
            assert ("", "type") in told


async def test_another_media_type_is_not_read(house: House):
    application = await register(house)
    for media_type in (
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json-patch+json",
        "application/jsonx",
    ):
        headers = await house.bearer("alice") | ({"content-type": media_type} if media_type else {})
        for method, where in (("PATCH", path(application)), ("POST", COLLECTION)):
            answer = await house.call(method, where, headers=headers, content=b'{"client_name":"x"}')
            problem(answer, 415, "unsupported-media-type")


async def test_these_media_types_are_read(house: House):
    application = await register(house)
    for media_type in (
        "application/merge-patch+json",
        "application/json; charset=utf-8",
        "Application/JSON",
    ):
        headers = {**await house.bearer("alice"), "content-type": media_type}
        answer = await house.call("PATCH", path(application), headers=headers, content=b'{"description":"x"}')
        assert answer.json()["description"] == "x"


async def test_a_body_beyond_the_limit_is_too_large(house: House):
    headers = {**await house.bearer("alice"), **JSON}
    answer = await house.call("POST", COLLECTION, headers=headers, content=b'{"client_name":"' + b"x" * 1_000_000)
    problem(answer, 413, "body-too-large")


async def test_ten_thousand_redirect_uris_are_too_many(house: House):
    application = await register(house)
    assert faults(await patch(house, application, redirect_uris=["a:b"] * 9_000)) == [("/redirect_uris", "too_many")]
    answer = await patch(house, application, redirect_uris=["https://a.example/callback"] * 10_000)
    problem(answer, 413, "body-too-large")


async def test_names_may_be_in_any_script_and_are_kept_as_they_were_sent(house: House):
    name = "Ḷedger 帳簿 🧾 paypаl"
    application = await register(house, client_name=name)
    assert application["client_name"] == name


async def test_unknown_addresses_and_methods_are_problems_too(house: House):
    problem(await house.call("GET", "/api/nothing"), 404, "unknown-route")
    problem(await house.call("GET", "/nowhere"), 404, "unknown-route")
    answer = await house.call("PUT", COLLECTION)
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_a_strange_client_id_is_an_unknown_one(house: House):
    for client_id in (
        "x" * 5000,
        "%F0%9F%92%A9",
        "a'b\"c",
        "%27%20OR%201=1--",
        "..%2F..",
    ):
        answer = await house.call("GET", f"{COLLECTION}/{client_id}", headers=await house.bearer("alice"))
        problem(answer, 404, "unknown-application")


async def test_a_path_that_cannot_be_read_is_malformed(house: House):
    for client_id in (
        "%00",
        "%FF",
        "%zz",
        "a%0Ab",
    ):
        answer = await house.call("GET", f"{COLLECTION}/{client_id}", headers=await house.bearer("alice"))
        problem(answer, 400, "malformed-request")


async def test_nobody_in_particular_is_asked_to_sign_in(house: House):
    for headers, challenge in (
        ({}, "Bearer"),
        ({"authorization": "Bearer "}, 'Bearer error="invalid_token"'),
        ({"authorization": "Bearer nonsense"}, 'Bearer error="invalid_token"'),
        ({"authorization": "Bearer licet_ses_" + "A" * 43}, 'Bearer error="invalid_token"'),
        ({"authorization": "Bearer licet_pat_" + "A" * 43}, 'Bearer error="invalid_token"'),
        ({"authorization": "Bearer " + "A" * 5000}, 'Bearer error="invalid_token"'),
        ({"authorization": "Basic YWxpY2U6cGFzc3dvcmQ="}, 'Bearer error="invalid_token"'),
    ):
        for method, where in (("GET", COLLECTION), ("POST", COLLECTION), ("GET", "/api/manage/audit")):
            answer = await house.call(method, where, headers=headers)
            problem(answer, 401, "unauthenticated")
            assert answer.headers["www-authenticate"] == challenge


async def test_two_authorization_headers_are_one_too_many(house: House):
    (value,) = (await house.bearer("alice")).values()
    answer = await house.client.get(COLLECTION, headers=[("authorization", value), ("authorization", value)])
    problem(answer, 400, "malformed-request")


async def test_a_token_in_the_address_is_no_credential(house: House):
    token = await house.token("alice")
    problem(await house.call("GET", COLLECTION, params={"access_token": token}), 401, "unauthenticated")


async def test_many_bad_tokens_from_an_address_are_slowed_down_and_good_ones_are_not(house: House):
    statuses = [(await house.call("GET", COLLECTION, headers={"authorization": "Bearer x"})).status_code]
    while statuses[-1] == 401 and len(statuses) < 1_000:
        statuses.append((await house.call("GET", COLLECTION, headers={"authorization": "Bearer x"})).status_code)
    assert (statuses[-1], len(statuses)) == (429, 301)
    answer = await house.call("GET", COLLECTION, headers={"authorization": "Bearer x"})
    assert problem(answer, 429, "throttled")["retry_after"] == int(answer.headers["retry-after"]) == 300
    assert (await house.call("GET", COLLECTION, headers=await house.bearer("alice"))).status_code == 200
