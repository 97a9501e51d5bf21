"""schemathesis against every OpenAPI document of a running instance, on each engine, with credentials and without.

Never a 5xx; only statuses, media types and bodies that the document has; what does not fit the schemas is refused.
"""

from collections.abc import Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings, strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fuzz.callers import CALLERS, READS_NOTHING, SENDS_STRANGERS_ON, Caller

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# Credentials are the caller's business here, not the generator's; a refusal is a refusal, whatever its number.
CONFIG = {
    "generation": {"with-security-parameters": False},
    "checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}},
}
# As many cases of one operation as the profile has of one property, divided by this: there are a hundred operations.
SHARE = 10
FORM = "application/x-www-form-urlencoded"
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
REMOVING = ("delete", "remove")
# Nobody has this role: whoever is idle stays.
ALWAYS = {"/api/v1/users.deactivateIdle": {"role": "nobody"}}


class Session:
    """One surface and one caller, made anew when they have signed out or deleted what they knew."""

    def __init__(self, served, name, *, known):
        self.url = served.url
        self.http = requests.Session()
        self.http.trust_env = False
        self._client = served.client(trust_env=False)
        self._make = CALLERS[name] if known else lambda _: Caller()
        self.caller = self._make(self._client)
        self.known = known

    def call(self, case: Case):
        self.http.cookies.clear()
        strange = not self.known and case.path in SENDS_STRANGERS_ON
        lenient = case.path in READS_NOTHING or strange or is_written_otherwise(case)
        checks = [check for check in CHECKS if check is not negative_data_rejection or not lenient]
        response = case.call_and_validate(
            base_url=self.url, session=self.http, headers=self.caller.headers, checks=checks, timeout=30
        )
        gone = response.status_code < 300 and any(word in f"{case.method} {case.path}".lower() for word in REMOVING)
        if self.known and (gone or response.status_code == 401):
            self.caller = self._make(self._client)
        return response

    def close(self):
        self.http.close()
        self._client.close()


def aimed(case: Case, known, draw) -> Case:
    """The same case with ids of things that are there, in some of its places."""
    for place in (case.path_parameters, case.query, case.headers, case.body):
        if isinstance(place, dict):
            for name in place.keys() & known.keys():
                if draw(st.booleans()):
                    place[name] = known[name]
    return case


def is_written_otherwise(case: Case) -> bool:
    """Whether a form says in text what was no text: who reads `3.5` there cannot refuse it for being a number."""
    if case.media_type != FORM or not isinstance(case.body, dict):
        return False
    values = [one for value in case.body.values() for one in (value if isinstance(value, list) else [value])]
    return not all(isinstance(value, str) for value in values)


def operations(schema) -> Iterator:
    """Everything but what removes things first."""
    rows = [result.ok() for result in schema.get_all_operations()]
    return sorted(rows, key=lambda row: any(word in f"{row.method} {row.path}".lower() for word in REMOVING))


def fuzz(operation, session, examples):
    takes_input = bool(operation.body or operation.query or operation.headers)
    security = operation.definition.raw["security"]
    protected = security and {} not in security
    modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if takes_input else [])]

    @settings(settings.default, max_examples=examples, suppress_health_check=QUIET)
    @given(data=st.data(), mode=st.sampled_from(modes))
    def answered(data, mode):
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if mode is GenerationMode.POSITIVE:
            case = aimed(case, session.caller.known, data.draw)
        if isinstance(case.body, dict):
            case.body.update(ALWAYS.get(case.path, {}))
        response = session.call(case)
        refused = 302 if operation.path in SENDS_STRANGERS_ON else 400
        assert session.known or not protected or response.status_code >= refused

    answered()


def failed(operation, session, examples):
    """What is wrong with an operation; the others are looked at all the same."""
    try:
        fuzz(operation, session, examples)
    except (AssertionError, FailureGroup) as failure:
        return failure
    return None


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("name", CALLERS)
def test_a_surface_answers_whatever_comes_as_its_document_says(served, name, known):
    examples = max(1, settings.default.max_examples // (SHARE if known else SHARE * 3))
    session = Session(served, name, known=known)
    try:
        schema = schemathesis.openapi.from_url(
            f"{served.url}/openapi/{name}.json", config=SchemathesisConfig.from_dict(CONFIG)
        )
        failures = [failure for row in operations(schema) if (failure := failed(row, session, examples))]
    finally:
        session.close()
    if failures:
        raise BaseExceptionGroup(f"{len(failures)} operations of {name}", failures)
