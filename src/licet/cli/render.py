"""How a failure is said on a terminal: one line of what, a line for each fault, and an exit code."""

from collections.abc import Iterator, Mapping
from typing import Any

import click
import orjson

from licet.cli import BROKEN
from licet.cli.output import printable
from licet.dialects.native.render import CREATED, MEDIA_TYPE, NO_CONTENT, OK
from licet.errors import Failure, Invalid, Refused

OUR_FAULT = 500
"""From this status up it is the instance that failed."""
_BESIDE = ("scope", "permission", "retry_after")
"""Members of a problem document that say more than its sentence."""


class Stopped(click.ClickException):
    """The instance, its settings or the way to it are broken."""

    exit_code = BROKEN


def failed(failure: Failure) -> click.ClickException:
    """A failure as click says it."""
    return (click.ClickException if isinstance(failure, Refused) else Stopped)(printable(_worded(failure), lines=True))


def judged(status: int, media_type: str, body: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """The document of a good answer, None of an empty one (ClickException, Stopped)."""
    try:
        document = orjson.loads(body) if body else None
    except ValueError:
        document = None
    if status == NO_CONTENT or (status in {OK, CREATED} and document is not None):
        return document
    if media_type != MEDIA_TYPE or not isinstance(document, dict):
        raise Stopped(f"this is no answer of Licet's native API: status {status}, {printable(media_type) or 'no type'}")
    raise (Stopped if status >= OUR_FAULT else click.ClickException)(printable("\n".join(_told(document)), lines=True))


def _told(problem: Mapping[str, Any]) -> Iterator[str]:
    beside = [f"{name}: {problem[name]}" for name in _BESIDE if name in problem]
    yield " ".join([str(problem.get("detail") or problem.get("title")), *(f"({member})" for member in beside)])
    for fault in problem.get("errors", ()):
        yield f"{str(fault.get('pointer', '')).removeprefix('/') or 'request'}: {fault.get('detail')}"


def _worded(failure: Failure) -> str:
    if isinstance(failure, Invalid):
        return "\n".join(
            f"{fault.pointer.removeprefix('/') or 'request'}: {fault.code}"
            + (f" (expected {fault.expected})" if fault.expected else "")
            for fault in failure.faults
        )
    return failure.public if isinstance(failure, Refused) or not failure.detail else failure.detail
