"""Bad input over real sockets, every call of every surface that reads a body: a clear refusal, and nothing changed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.e2e.server import Served
from tests.fuzz.callers import CALLERS, READS_NOTHING, Caller, bearer, cookie, login

SURFACES = tuple(CALLERS)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
NOTHING = object()

UNREADABLE: Mapping[str, tuple[bytes, str | None]] = {
    "cut off": (b'{"name": ', JSON),
    "not JSON at all": (b"name=Figures", JSON),
    "not UTF-8": (b'{"name": "\xff\xfe"}', JSON),
    "UTF-16": ('{"name": "x"}'.encode("utf-16"), JSON),
    "a key twice": (b'{"name": "a", "name": "b", "client_name": "a", "client_name": "b"}', JSON),
    "NaN": (b'{"name": NaN}', JSON),
    "a number beyond all bounds": (b'{"name": 1' + b"0" * 400 + b"}", JSON),
    "NUL": (b'{"name": "a\\u0000b"}', JSON),
    "half of a surrogate pair": (b'{"name": "\\ud800"}', JSON),
    "nested deeply": (b'{"name": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", JSON),
    "objects in objects": (b'{"a":' * 9_000 + b"1" + b"}" * 9_000, JSON),
    "an array": (b"[]", JSON),
    "a string": (b'"name"', JSON),
    "null": (b"null", JSON),
    "1 MB": (b'{"name": "' + b"x" * 1_000_000 + b'"}', JSON),
    "10,000 redirect URIs": (
        json.dumps(
            {name: ["https://a.example/cb"] * 10_000 for name in ("redirect_uris", "redirectUris", "redirectUri")}
        ).encode(),
        JSON,
    ),
    "XML": (b"<name>Figures</name>", "application/xml"),
    "plain text": (b"{}", "text/plain"),
    "no media type": (b'{"x": 1', None),
    "a broken form": (b"name=%zz&redirectUri=%ff", FORM),
}
# A sign-in takes the name in any of several places, and looks at one.
TAKES_ALL = {"/api/v1/login"}
MISFITS = (None, True, 7, -1, 1.5, "", "x" * 5_000, "a\u202eb", "a\x07b", "a\nb", [], ["x"], [7], [[]], {}, {"a": "b"})
"""Values of which most do not fit a property; which, the document says."""
VOLATILE = frozenset({"last_used_at", "last_login_at"})


class Known(dict[str, str]):
    """Ids of what is there; of everything else one that nothing has."""

    def __missing__(self, name: str) -> str:
        return "nothing"


@dataclass(frozen=True)
class Call:
    """One operation, aimed at something that is there, with a body that would do."""

    method: str
    path: str
    said: Mapping[str, Any]
    body: Any

    @property
    def schema(self) -> dict[str, Any]:
        content = self.said["requestBody"]["content"]
        schema: dict[str, Any] = content[JSON]["schema"]
        return schema

    def aimed(self, known: Mapping[str, str]) -> str:
        return self.path.format_map(Known({"secretId": "", "name": "", **known}))


@pytest.fixture(scope="module")
def documents(served):
    with served.client() as http:
        return {name: http.get(f"/openapi/{name}.json").json() for name in SURFACES}


def is_id(name: str) -> bool:
    return name.lower().endswith("id")


def calls(document: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[Call]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            examples = said.get("requestBody", {}).get("content", {}).get(JSON, {}).get("examples", {})
            example = next((example["value"] for example in examples.values()), NOTHING)
            if isinstance(example, dict):
                example = {key: known.get(key, value) if is_id(key) else value for key, value in example.items()}
            yield Call(method.upper(), path, said, example)


def snapshot(http: httpx.Client, caller: Caller) -> Any:
    """All that the surfaces could have changed, as the native API shows it to the administrator."""
    headers = bearer(http, "admin")
    known = caller.known
    client_id = known.get("client_id") or known.get("clientId")
    paths = [f"applications/{client_id}{part}" for part in ("", "/secrets", "/revisions")]
    paths += [f"manage/{part}" for part in ("users?limit=200", "organizations?limit=200", "scopes", "resources")]
    paths += ["manage/permissions", "applications?limit=1"]
    if "organization_id" in known:
        paths.append(f"manage/organizations/{known['organization_id']}/members")
    return [without_times(http.get(f"/api/{path}", headers=headers).json()) for path in paths]


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_times(inner) for key, inner in value.items() if key not in VOLATILE}
    return [without_times(inner) for inner in value] if isinstance(value, list) else value


def unclear(answer: httpx.Response, call: Call, document: Mapping[str, Any]) -> str | None:
    """What is wrong with a refusal: its status, its media type or its body."""
    response = call.said["responses"].get(str(answer.status_code))
    if not 400 <= answer.status_code < 500 or response is None:
        return f"{answer.status_code} {answer.text[:200]}"
    media_type = answer.headers["content-type"].removesuffix("; charset=utf-8")
    if media_type not in response["content"]:
        return media_type
    said = response["content"][media_type]["schema"]
    schema = document["components"]["schemas"]["Error"] if "$ref" in said else said
    return next((fault.message for fault in Draft202012Validator(schema).iter_errors(answer.json())), None)


def all_are_refused(served: Served, name: str, document: Mapping[str, Any], tried: Any) -> None:
    """Try everything against every call of a surface: each is refused clearly, and nothing has changed."""
    with served.client() as http:
        caller = CALLERS[name](http)
        before, wrong = snapshot(http, caller), []
        for call in calls(document, caller.known):
            for title, headers, content in tried(call, caller):
                http.cookies.clear()
                answer = http.request(call.method, call.aimed(caller.known), headers=headers, content=content)
                if fault := unclear(answer, call, document):
                    wrong.append(f"{call.method} {call.path}: {title}: {fault}")
        assert wrong == []
        assert snapshot(http, caller) == before


@pytest.mark.attack("malformed UTF-8, NUL byte")
@pytest.mark.parametrize("name", SURFACES)
def test_a_body_that_cannot_be_read_is_refused(served, documents, name):
    def tried(call, caller):
        if "requestBody" in call.said and call.path not in READS_NOTHING:
            for title, (content, media_type) in UNREADABLE.items():
                yield title, {**caller.headers, **({"content-type": media_type} if media_type else {})}, content

    all_are_refused(served, name, documents[name], tried)


@pytest.mark.parametrize("name", SURFACES)
def test_a_value_that_does_not_fit_its_property_is_refused(served, documents, name):
    def tried(call, caller):
        if call.body is NOTHING or call.path in TAKES_ALL:
            return
        headers = {**caller.headers, "content-type": JSON}
        for key, schema in call.schema["properties"].items():
            fits = Draft202012Validator(schema).is_valid
            for value in MISFITS:
                if not fits(value):
                    yield f"{key}: {value!r:.40}", headers, json.dumps({**call.body, key: value})

    all_are_refused(served, name, documents[name], tried)


@pytest.mark.parametrize("name", SURFACES)
def test_a_required_property_that_lacks_or_an_unknown_one_is_refused(served, documents, name):
    def tried(call, caller):
        if call.body is NOTHING:
            return
        headers = {**caller.headers, "content-type": JSON}
        for key in call.schema.get("required", ()):
            body = {name: value for name, value in call.body.items() if name != key}
            yield f"without {key}", headers, json.dumps(body)
        if call.schema["additionalProperties"] is False:
            for key in ("__proto__", "constructor", "client_secret_hash", "Name", "x\u0000", "\u202e"):
                yield f"with {key!r}", headers, json.dumps({**call.body, key: "x"})

    all_are_refused(served, name, documents[name], tried)


STRANGERS = {
    "native": lambda http: bearer(http, "mallory"),
    "rfc": lambda http: CALLERS["rfc"](http).headers,
    "teable": lambda http: cookie(http, "mallory"),
    "timbrix": lambda http: bearer(http, "mallory"),
    "rocketchat": lambda http: login(http, "mallory"),
}


@pytest.mark.attack("ids of another organization")
@pytest.mark.parametrize("name", SURFACES)
def test_who_names_what_is_not_theirs_is_refused(served, documents, name):
    with served.client() as http:
        stranger = STRANGERS[name](http)

    def tried(call, caller):
        named = isinstance(call.body, dict) and call.body.keys() & set(filter(is_id, caller.known))
        if "{" in call.path or named:
            body = None if call.body is NOTHING else json.dumps(call.body)
            yield "a stranger", {**stranger, **({"content-type": JSON} if body else {})}, body

    all_are_refused(served, name, documents[name], tried)


@pytest.mark.attack("foreign Host header")
@pytest.mark.parametrize("name", SURFACES)
def test_a_host_that_is_not_ours_is_misdirected(served, documents, name):
    with served.client() as http:
        caller = CALLERS[name](http)
        for call in calls(documents[name], caller.known):
            answer = http.request(
                call.method, call.aimed(caller.known), headers={**caller.headers, "host": "evil.example"}
            )
            assert (answer.status_code, unclear(answer, call, documents[name])) == (421, None)
