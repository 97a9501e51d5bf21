"""`licet doctor`: look at an instance, say how it is and what to do; changes nothing."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from licet import bootstrap
from licet.cli.configuration import placed, settings
from licet.cli.finding import Finding, Level
from licet.cli.output import Output
from licet.cli.reaching import output, speaking
from licet.cli.risks import of_names, of_settings
from licet.cli.vitals import of_database, of_files
from licet.errors import BadSettings
from licet.settings import Settings, rows, strangers

STYLES: Mapping[Level, str] = {"ok": "green", "warn": "yellow", "fail": "bold red"}


@click.command()
@placed
@speaking
def doctor(config: Path | None, *, as_json: bool, **given: str | None) -> None:
    """Look for what is wrong with an instance, and say what to do; exits with 1 when something fails."""
    known = (*rows(), *bootstrap.options())
    findings = list(of_names(strangers(known), known))
    try:
        chosen = settings(config, **given)
        bootstrap.judge(chosen)
    except BadSettings as failure:
        findings.append(Finding("fail", "settings", failure.detail, "correct it"))
    else:
        findings += [*of_settings(chosen), *of_files(chosen, config), *asyncio.run(_database(chosen))]
    _tell(output(as_json=as_json), findings)
    click.get_current_context().exit(any(finding.level == "fail" for finding in findings))


async def _database(chosen: Settings) -> list[Finding]:
    return [finding async for finding in of_database(chosen, bootstrap.now, secrets.token_bytes)]


def _tell(out: Output, findings: Sequence[Finding]) -> None:
    if not out.document({"items": [asdict(finding) for finding in findings]}):
        for finding in findings:
            advice = f" → {finding.advice}" if finding.advice else ""
            out.say(f"{finding.level:<4}  {finding.check}: {finding.says}{advice}", STYLES[finding.level])
