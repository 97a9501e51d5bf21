"""A command's hold on an instance: opened on the database itself, used as the operator, closed again."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from licet import bootstrap
from licet.bootstrap import Instance
from licet.cli.configuration import settings as configured
from licet.domain.actor import DEFAULT_PERMISSIONS, Actor
from licet.errors import Failure, Invalid, Refused
from licet.settings import Plain

Answer = TypeVar("Answer")

BROKEN = 3
"""Exit codes: 0 done; 1 refused and 2 wrong usage are click's own; 3 the instance or its settings are broken."""


def operator() -> Actor:
    """Whoever has the database in hand may do everything; the audit log keeps the name the system knows them by."""
    name = f"cli:{getpass.getuser()}"
    return Actor(
        id=None, name=name, surface="cli", roles={}, permissions=frozenset(DEFAULT_PERMISSIONS), credential=name
    )


def run(config: Path | None, work: Callable[[Instance], Awaitable[Answer]], **given: Plain | None) -> Answer:
    """Open the instance, do the work, close it; a failure becomes one line and an exit code."""
    try:
        return asyncio.run(_run(config, work, given))
    except Failure as failure:
        raise failed(failure) from failure


async def _run(
    config: Path | None, work: Callable[[Instance], Awaitable[Answer]], given: dict[str, Plain | None]
) -> Answer:
    instance = await bootstrap.start(configured(config, **given))
    try:
        return await work(instance)
    finally:
        await instance.close()


class Stopped(click.ClickException):
    """The instance or its settings are broken."""

    exit_code = BROKEN


def failed(failure: Failure) -> click.ClickException:
    """A failure as click says it."""
    return (click.ClickException if isinstance(failure, Refused) else Stopped)(_worded(failure))


def _worded(failure: Failure) -> str:
    if isinstance(failure, Invalid):
        return "\n".join(
            f"{fault.pointer.removeprefix('/') or 'request'}: {fault.code}"
            + (f" (expected {fault.expected})" if fault.expected else "")
            for fault in failure.faults
        )
    return failure.public if isinstance(failure, Refused) or not failure.detail else failure.detail
