"""`licet key`: the signing keys of an instance, on its database alone."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click

from licet.bootstrap import Instance
from licet.cli.configuration import placed, settings
from licet.cli.place import require_instance
from licet.cli.reaching import output, speaking
from licet.cli.render import failed
from licet.cli.shell import operator, run
from licet.dialects.native.formats import moment
from licet.domain.keys import ALGORITHMS
from licet.errors import Failure
from licet.services.ports import SealedKey

COLUMNS = ("kid", "algorithm", "state", "since", "created_at")


@click.group()
def key() -> None:
    """Signing keys of the instance."""


@key.command("list")
@placed
@speaking
def list_(config: Path | None, *, as_json: bool, **given: str | None) -> None:
    """List the signing keys, oldest first; `next` ones are published and sign later, `retiring` ones signed before."""

    async def work(instance: Instance) -> list[dict[str, Any]]:
        return [_row(kept) for kept in await instance.services.keys.all()]

    _tell(config, work, given, as_json=as_json)


@key.command()
@click.argument("algorithm", required=False, type=click.Choice(ALGORITHMS))
@placed
@speaking
def rotate(config: Path | None, algorithm: str | None, *, as_json: bool, **given: str | None) -> None:
    """Let another key sign from now on, of one ALGORITHM or of all; shows the keys that now sign.

    A running instance takes a new key up within ten seconds. It rotates by itself; this is for an operator who has a
    reason. The old keys stay published for two days, so that what they signed is good until it ends.
    """

    async def work(instance: Instance) -> list[dict[str, Any]]:
        return [_row(kept) for kept in await instance.services.keys.rotate(operator(), algorithm)]

    _tell(config, work, given, as_json=as_json)


def _tell(
    config: Path | None,
    work: Callable[[Instance], Awaitable[list[dict[str, Any]]]],
    given: dict[str, str | None],
    *,
    as_json: bool,
) -> None:
    try:
        asyncio.run(require_instance(settings(config, **given)))
    except Failure as failure:
        raise failed(failure) from failure
    output(as_json=as_json).items({"items": run(config, work, **given)}, COLUMNS)


def _row(kept: SealedKey) -> dict[str, Any]:
    return {
        "kid": kept.kid,
        "algorithm": kept.algorithm,
        "state": kept.state,
        "since": moment(kept.since),
        "created_at": moment(kept.created_at),
    }
