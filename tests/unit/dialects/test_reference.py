"""A surface of one route, and the OpenAPI document that its tables make."""

from dataclasses import replace

from licet.dialects.operation import Operation
from licet.dialects.record import Dialect
from licet.dialects.reference.document import document
from licet.dialects.reference.example import Example
from licet.dialects.reference.page import kind, prose
from licet.dialects.reference.surface import Documented
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.kinds import Flag, Number, Text
from licet.web.problem import render
from licet.web.reply import Reply
from licet.web.route import Route, Surface

THING = Shape(
    name="Thing",
    fields=(
        Field(theirs="id", kind=Text(), read_only=True),
        Field(theirs="label", ours="label", kind=Text(1, 9), absent=Absent.REFUSE, about="What it is called."),
        Field(theirs="on", ours="on", kind=Flag(), accepts={"enum": [True, False, 1, 0]}),
    ),
    unknown=Unknown.REFUSE,
)
ASKED = Shape(
    name="Asked",
    fields=(Field(theirs="depth", ours="depth", kind=Number(1, 3), about="How deep."),),
    unknown=Unknown.REFUSE,
)
OPERATION = Operation(
    summary="Change a thing",
    tag="Things",
    request=THING,
    bodyless=True,
    query=ASKED,
    headers={"If-Match": "Only if."},
    answers={200: THING, 204: None},
    security=("", "token user"),
    faults=(404,),
)
ONE_LINE = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]*$"


async def nothing(_request):
    return Reply.empty()


SURFACE = Surface(
    "things",
    owns=("/things",),
    routes=(Route("PUT", "/things/{id}", nothing, OPERATION), Route("OPTIONS", "/things/{id}", nothing)),
    render=render,
)
DIALECT = Dialect(
    name="things",
    title="Things",
    accepts=frozenset({"things"}),
    surface=lambda _: SURFACE,
    security={"token": {"type": "apiKey", "in": "header", "name": "X-Token"}, "user": {"type": "apiKey"}},
    error=({"type": "object"}, "application/things+json"),
)


def example(title, status, answer):
    return Example(
        operation="PUT /things/{id}",
        title=title,
        target="/things/7",
        parameters={"id": "7"},
        headers={},
        media_type="application/json",
        body={"label": title},
        status=status,
        answer_type=None,
        answer=answer,
    )


def put(examples=()):
    made = document(DIALECT, SURFACE, "https://things.example", {"PUT /things/{id}": examples})
    return made["paths"]["/things/{id}"]["put"]


def test_only_routes_that_say_what_they_do_are_described():
    made = document(DIALECT, SURFACE, "https://things.example", {})
    assert list(made["paths"]["/things/{id}"]) == ["put"]
    assert made["servers"] == [{"url": "https://things.example"}]
    assert made["tags"] == [{"name": "Things"}]


def test_parameters_come_from_the_path_the_query_and_the_headers():
    assert put()["parameters"] == [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}},
        {
            "name": "depth",
            "in": "query",
            "required": False,
            "description": "How deep.",
            "schema": {"type": "integer", "minimum": 1, "maximum": 3},
        },
        {"name": "If-Match", "in": "header", "description": "Only if.", "schema": {"type": "string"}},
    ]


def test_a_request_has_the_surfaces_limits_and_no_field_that_is_only_shown():
    assert put()["requestBody"] == {
        "required": False,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "label": {
                            "type": "string",
                            "minLength": 1,
                            "maxLength": 9,
                            "pattern": ONE_LINE,
                            "description": "What it is called.",
                        },
                        "on": {"enum": [True, False, 1, 0]},
                    },
                    "additionalProperties": False,
                    "required": ["label"],
                }
            }
        },
    }


def test_an_answer_promises_no_limit_that_only_holds_for_requests():
    shown = put()["responses"]["200"]["content"]["application/json"]["schema"]
    assert shown["properties"]["label"] == {"type": "string", "description": "What it is called."}
    assert shown["properties"]["on"] == {"type": "boolean"}
    assert shown["required"] == ["id", "label", "on"]


def test_every_refusal_is_in_the_surfaces_own_words():
    responses = put()["responses"]
    error = {"application/things+json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    assert list(responses) == ["200", "204", "400", "404", "413", "421"]
    contents = [responses[status].get("content") for status in ("204", "400", "404", "413", "421")]
    assert contents == [None, error, error, error, error]


def test_credentials_that_come_together_stand_together():
    assert put()["security"] == [{}, {"token": [], "user": []}]


def test_examples_of_refusals_show_the_answer_and_not_the_request():
    made = put([example("Lamp", 200, {"id": "7", "label": "Lamp", "on": True}), example("", 404, {"no": 1})])
    assert made["requestBody"]["content"]["application/json"]["examples"] == {"Lamp": {"value": {"label": "Lamp"}}}
    assert made["parameters"][0]["examples"] == {"Lamp": {"value": "7"}}
    assert made["responses"]["404"]["content"]["application/things+json"]["examples"] == {"": {"value": {"no": 1}}}


def test_a_surface_that_is_bound_to_a_host_is_called_there():
    bound = replace(SURFACE, hosts=frozenset({"api.things.example:8443"}))
    made = Documented(DIALECT, bound, "https://things.example").document
    assert made["servers"] == [{"url": "https://api.things.example:8443"}]


def test_words_for_a_schema_say_type_and_bounds():
    assert (
        kind({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]})
        == "string, at most 3 characters or null"
    )
    assert kind({"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1}) == "list of: a | b, at least 1 items"
    assert kind({"not": {}}) == "nothing"
    assert kind({"const": True}) == "true"


def test_prose_marks_code_and_nothing_else():
    assert str(prose("`a<b` & <b>c</b>")) == "<code>a&lt;b</code> &amp; &lt;b&gt;c&lt;/b&gt;"
