"""The figures as the documentation shows them."""

import os
import platform
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from bench.tokens.load import Run

HEAD = (
    "| {} | CPU a request, us | lowest to highest run | to the peer | database's CPU, us | answers/s | p50, ms "
    "| p99, ms | p99 to the peer's |"
)


class Memory(NamedTuple):
    """Resident MB of a server when it had started, and when it had been loaded."""

    idle: float
    loaded: float


def table(case: str, runs: Mapping[str, Sequence[Run]], peer: str) -> str:
    """One case: a row for each server."""
    lines = [HEAD.format(case), "|---|---|---|---|---|---|---|---|---|"]
    for name, mine in runs.items():
        costs = [run.cost for run in mine]
        times = _ratio(runs[peer], mine, "cost")
        late = _ratio(mine, runs[peer], "p99")
        own = median(run.database_cost for run in mine)
        lines.append(
            f"| {name} | {median(costs):.0f} | {min(costs):.0f} to {max(costs):.0f} "
            f"| {'' if name == peer else f'{times:.1f} times as many'} | {f'{own:.0f}' if own else ''} "
            f"| {round(median(run.rate for run in mine), -1):,.0f} | {median(run.p50 for run in mine):.1f} "
            f"| {median(run.p99 for run in mine):.1f} | {'' if name == peer else f'{late:.2f}'} |"
        )
    return "\n".join(lines)


def memory_table(seen: Mapping[str, Memory]) -> str:
    """Resident memory."""
    lines = ["| resident memory, MB | started | loaded |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {each.idle:.0f} | {each.loaded:.0f} |" for name, each in seen.items())])


def note(rounds: int, seconds: int, connections: int, versions: str) -> str:
    """How the figures came about."""
    return (
        f"Medians of {rounds} interleaved runs of {seconds} s over {connections} connections, each server on one core; "
        f"the load, and PostgreSQL, on another. The ratios are medians of the rounds' own. Python "
        f"{platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; {versions}."
    )


def _ratio(more: Sequence[Run], less: Sequence[Run], what: str) -> float:
    return median(getattr(one, what) / getattr(other, what) for one, other in zip(more, less, strict=True))
