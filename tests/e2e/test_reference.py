"""The reference of a running instance: documents that hold, examples that happened, pages that need nothing else."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from tests.e2e.server import Served, serve
from tests.examples.calls import CALLS, ENVIRONMENT, recorded
from tests.fuzz.callers import CALLERS
from tests.postgres import own_database

DIALECTS = Path(__file__).parent.parent.parent / "src" / "licet" / "dialects"
SURFACES = tuple(CALLS)
METHODS = {"get", "put", "post", "delete", "patch"}
DISCOVERY = {
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/oauth-authorization-server/api",
    "GET /.well-known/openid-configuration",
    "GET /api/.well-known/oauth-authorization-server",
}
NEVER_REFUSED = {"GET /api/info", "GET /oauth2/jwks", *DISCOVERY}
# Tokens are asked for by POST; this one exists to say so.
ALWAYS_REFUSED = {"GET /oauth/token"}
# What a person's token opens; such a token comes by way of pages.
NEEDS_A_PERSON = {"GET /oauth2/userinfo", "POST /oauth2/userinfo"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demo instance that nobody else calls."""
    folder = tmp_path_factory.mktemp("fresh")
    if request.param == "sqlite":
        with serve(folder, "", environment=ENVIRONMENT) as running:
            yield running
        return
    with (
        own_database(request.getfixturevalue("postgres_url")) as database,
        serve(folder, database, environment=ENVIRONMENT) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def documents(fresh):
    with fresh.client() as client:
        return {name: client.get(f"/openapi/{name}.json").json() for name in SURFACES}


@pytest.fixture(scope="module")
def anew(fresh):
    """Every example's call made once more."""
    return recorded(fresh)


def operations(document):
    return [
        (method, path, said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        if method in METHODS
    ]


def fits(document, schema, value):
    resolved = {**schema, "components": document["components"]}
    OAS31Validator(resolved, format_checker=jsonschema.FormatChecker()).validate(value)


@pytest.mark.parametrize("name", SURFACES)
def test_a_document_is_openapi_3_1(documents, name):
    assert documents[name]["openapi"].startswith("3.1.")
    validate(documents[name])


@pytest.mark.parametrize("name", SURFACES)
def test_every_operation_has_a_name_of_its_own(documents, name):
    names = [said["operationId"] for _, _, said in operations(documents[name])]
    assert len(names) == len(set(names)) > 0


def test_openapi_json_is_the_native_surface(fresh):
    with fresh.client() as client:
        assert client.get("/openapi.json").content == client.get("/openapi/native.json").content


@pytest.mark.parametrize("name", SURFACES)
def test_every_operation_shows_a_call_that_was_made_and_one_that_was_refused(documents, anew, name):
    statuses: dict[str, list[int]] = {}
    for example in anew[name]:
        statuses.setdefault(example["operation"], []).append(example["status"])
    for method, path, _ in operations(documents[name]):
        name = f"{method.upper()} {path}"
        seen = statuses.get(name, [])
        assert any(status < 400 for status in seen) or name in NEEDS_A_PERSON | ALWAYS_REFUSED, name
        assert any(status >= 400 for status in seen) or name in NEVER_REFUSED, name


@pytest.mark.parametrize("name", SURFACES)
def test_every_example_of_a_document_fits_its_schema(documents, name):
    shown = []
    for _, _, said in operations(documents[name]):
        bodies = [said.get("requestBody", {}), *said["responses"].values()]
        media = [each for body in bodies for each in body.get("content", {}).values()]
        for each in (*media, *said.get("parameters", ())):
            for example in each.get("examples", {}).values():
                fits(documents[name], each["schema"], example["value"])
                shown.append(example)
    assert shown


@pytest.mark.parametrize("name", SURFACES)
def test_every_call_made_anew_is_answered_as_its_operation_says(documents, anew, name):
    for example in anew[name]:
        method, _, path = example["operation"].partition(" ")
        responses = documents[name]["paths"][path][method.lower()]["responses"]
        content = responses[str(example["status"])].get("content", {})
        assert example["answer_type"] in (set(content) or {None}), example["title"]
        if content:
            fits(documents[name], content[example["answer_type"]]["schema"], example["answer"])


def test_a_dry_run_is_answered_as_its_operation_says(fresh, documents):
    path = "/api/oauth/apps/{clientId}"
    said = documents["timbrix"]["paths"][path]["put"]["responses"]["200"]["content"]["application/json"]["schema"]
    with fresh.client() as client:
        caller = CALLERS["timbrix"](client)
        for query in ("", "?dryRun=true"):
            answer = client.put(path.format_map(caller.known) + query, json={}, headers=caller.headers)
            assert answer.status_code == 200
            fits(documents["timbrix"], said, answer.json())


def outline(value):
    """What of a JSON value is the same whenever it is made: its keys and types, and the kinds of item of a list."""
    if isinstance(value, dict):
        return {key: outline(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [json.loads(kind) for kind in sorted({json.dumps(outline(item)) for item in value})]
    return type(value).__name__


def sketch(example):
    same = ("operation", "title", "media_type", "status", "answer_type")
    return {key: example[key] for key in same} | {key: outline(example[key]) for key in ("headers", "body", "answer")}


@pytest.mark.parametrize("name", SURFACES)
def test_the_kept_examples_look_as_the_calls_made_anew_do(anew, name):
    kept = json.loads((DIALECTS / name / "examples.json").read_text("utf-8"))
    assert [sketch(example) for example in kept] == [sketch(example) for example in anew[name]]


@pytest.mark.parametrize("name", SURFACES)
def test_no_kept_example_holds_a_secret_that_was_real(name):
    text = (DIALECTS / name / "examples.json").read_text("utf-8")
    assert set(re.findall(r"(?:licet_[a-z]+_|cs_|whsec_|teable_acc)(.{7})", text)) <= {"EXAMPLE"}


class Page(HTMLParser):
    """What a page loads and links to."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.loads = set(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        self.tags.add(tag)
        if "id" in said:
            self.ids.append(said["id"])
        if tag == "a":
            self.links.append(said["href"])
        elif "href" in said or "src" in said:
            self.loads.append(said.get("href") or said.get("src"))
        assert "style" not in said
        assert not any(name.startswith("on") for name in said)


def test_the_list_of_surfaces_leads_to_every_page_and_document(fresh):
    with fresh.client() as client:
        links = Page(client.get("/openapi").text).links
        assert all(client.get(link).status_code == 200 for link in links)
    assert {f"/openapi/{name}{suffix}" for name in SURFACES for suffix in ("", ".json")} <= set(links)


@pytest.mark.parametrize("name", SURFACES)
def test_a_page_needs_no_script_and_nothing_of_another_host(fresh, documents, name):
    with fresh.client() as client:
        answer = client.get(f"/openapi/{name}")
        style = client.get("/openapi/style.css")
    page = Page(answer.text)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
    assert 'name="viewport"' in answer.text
    assert not page.tags & {"script", "style", "img", "iframe", "form"}
    assert page.loads == ["/openapi/style.css"]
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert {said["operationId"] for _, _, said in operations(documents[name])} <= set(page.ids)


def test_what_is_not_there_is_a_problem_document(fresh):
    with fresh.client() as client:
        answer = client.get("/openapi/nobody.json")
        wrong = client.post("/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_surface_that_is_switched_off_has_no_document(tmp_path):
    with serve(tmp_path, "", environment={"LICET_DIALECTS": "timbrix,teable"}) as served, served.client() as client:
        assert client.get("/openapi/timbrix.json").status_code == 200
        assert client.get("/openapi/native.json").status_code == 404
        assert client.get("/openapi.json").status_code == 404
        assert "/openapi/native" not in client.get("/openapi").text
