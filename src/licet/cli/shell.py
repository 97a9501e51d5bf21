"""A command's hold on an instance: opened on the database itself, used as the operator, closed again."""

import asyncio
import os
import pwd
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from licet import bootstrap
from licet.bootstrap import Instance
from licet.cli.configuration import settings as configured
from licet.cli.render import failed
from licet.domain.actor import DEFAULT_PERMISSIONS, INSTANCE_ORGANIZATION_ID, Actor
from licet.errors import Failure
from licet.settings import Plain

Answer = TypeVar("Answer")


def operator() -> Actor:
    """Whoever has the database in hand may do everything; the audit log keeps the name the system knows them by.

    What they register without naming an organization belongs to the instance's own.
    """
    name = f"cli:{_os_user()}"
    return Actor(
        id=None,
        name=name,
        surface="cli",
        organization_id=INSTANCE_ORGANIZATION_ID,
        roles={},
        permissions=frozenset(DEFAULT_PERMISSIONS),
        credential=name,
    )


def _os_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user often has a number and no name
        return str(os.getuid())


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
