"""Faults as sentences: `name must be 1 to 100 characters`. A value is repeated only if it looks like a scope."""

import re
from collections.abc import Iterable, Mapping
from typing import cast

from licet.dialects.timbrix.fields import CHANGE, CREATION, LISTING, REASON, ROTATION
from licet.dialects.timbrix.organization_fields import NEW_API_KEY, NEW_ORGANIZATION, NEW_ROLE, NEW_WEBHOOK
from licet.dialects.timbrix.token_fields import AUTHORIZATION, EXCHANGE, OWN, REFRESH
from licet.domain.kinds import Kind, Nullable, Text
from licet.errors import Fault, FaultCode

LONGEST_KEY = 100
"""A key of a body is named by at most so many characters."""

_OF_ORGANIZATIONS = (NEW_ORGANIZATION, NEW_ROLE, NEW_API_KEY, NEW_WEBHOOK)
_TAKEN = (*_OF_ORGANIZATIONS, LISTING, AUTHORIZATION, EXCHANGE, OWN, REFRESH, CREATION, CHANGE, REASON, ROTATION)
_FIELDS = {field.theirs: field for shape in _TAKEN for field in shape.fields}
_THEIRS = {field.ours: field.theirs for field in (*NEW_API_KEY.fields, *CHANGE.fields, *CREATION.fields)}
_SCOPES = frozenset({"scopes", "scope"})
_LIKE_A_SCOPE = re.compile(r"[A-Za-z]{1,30}(?:[:.|_-][A-Za-z]{1,30}){0,4}")

_EXPECTED = {
    "string": "a string",
    "boolean": "a boolean",
    "array": "an array of strings",
    "object": "a JSON object",
    "integer": "a whole number",
    "date-time": "an ISO 8601 date or time",
}
_SENTENCES: Mapping[FaultCode, str] = {
    "absent": "is required",
    "null": "cannot be null",
    "type": "must be {}",
    "unknown": "is not a known field",
    "immutable": "cannot be changed",
    "too_short": "must be {}",
    "too_long": "must be {}",
    "too_few": "must not be empty",
    "too_many": "has too many items",
    "bad_uri": "must be a URI",
    "bad_redirect_uri": "must be an allowed absolute URI",
    "bad_choice": "must be {}",
    "control_character": "must not contain control characters",
    "duplicate": "is there twice",
    "out_of_range": "must be within {}",
    "bad_value": "must be {}",
}


def sentences(faults: Iterable[Fault]) -> list[str]:
    """Every fault, each sentence once; paths may be in this surface's words or in ours."""
    return list(dict.fromkeys(map(_sentence, faults)))


def _sentence(fault: Fault) -> str:
    first, *rest = fault.path or ("body",)
    name = str(first)[:LONGEST_KEY] if fault.code == "unknown" else _named(str(first))
    where = name + "".join(f"[{step}]" for step in rest)
    if name in _SCOPES and fault.code == "bad_choice":
        return f"{where} is not a known scope{_repeated(fault.value)}"
    return f"{where} {_SENTENCES[fault.code].format(_expected(fault, name))}"


def _named(step: str) -> str:
    return step if step in _FIELDS else _THEIRS.get(step, step)


def _expected(fault: Fault, name: str) -> str:
    if fault.code in {"too_short", "too_long"}:
        return _length(_FIELDS[name].kind, fault) if name in _FIELDS else f"at most {fault.expected}"
    return _EXPECTED.get(fault.expected, fault.expected)


def _length(kind: Kind, fault: Fault) -> str:
    text = kind.kind if isinstance(kind, Nullable) else kind
    if not isinstance(text, Text) or text.maximum is None:
        return f"at most {fault.expected}"
    return f"{text.minimum} to {text.maximum} characters" if text.minimum else f"at most {text.maximum} characters"


def _repeated(value: object) -> str:
    # Whoever pastes a secret into the wrong field shall not find it in a log of answers.
    return f": {value}" if _LIKE_A_SCOPE.fullmatch(cast("str", value)) else ""
