"""What the routes of this surface say of themselves to the reference."""

from typing import Any

from licet.dialects.operation import Operation
from licet.dialects.rfc.fields import INFORMATION, REGISTRATION, UPDATE
from licet.dialects.rfc.render import CREATED, FAULTS, GONE, OK

_TAG = "Client registration"

SECURITY: dict[str, dict[str, Any]] = {
    "initial_access_token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A personal access token with the scope applications:register.",
    },
    "registration_access_token": {
        "type": "http",
        "scheme": "bearer",
        "description": "What the registration answered; it opens this one client.",
    },
}

ERROR: dict[str, Any] = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
    "required": ["error", "error_description"],
    "additionalProperties": False,
}

REGISTER = Operation(
    summary="Register a client",
    about="RFC 7591 section 3. Open, with an initial access token, or off, as the operator says.",
    tag=_TAG,
    request=REGISTRATION,
    answers={CREATED: INFORMATION},
    security=("", "initial_access_token"),
    faults=FAULTS["write"],
)
READ = Operation(
    summary="Read the registration",
    about="RFC 7592 section 2.1.",
    tag=_TAG,
    answers={OK: INFORMATION},
    security=("registration_access_token",),
    faults=FAULTS["read"],
)
WRITE = Operation(
    summary="Replace the registration",
    about="RFC 7592 section 2.2. What is left out takes its default again.",
    tag=_TAG,
    request=UPDATE,
    answers={OK: INFORMATION},
    security=("registration_access_token",),
    faults=FAULTS["write"],
)
DELETE = Operation(
    summary="Delete the client",
    about="RFC 7592 section 2.3.",
    tag=_TAG,
    answers={GONE: None},
    security=("registration_access_token",),
    faults=FAULTS["read"],
)
