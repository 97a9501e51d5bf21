"""Hours of mixed load on one instance, watching memory and latency: `make soak`, or `python -m bench.soak --hours 8`.

A cycle reads and changes applications with wrk, pages through the list and streams it whole; each prints a line. It
fails when an answer was no success, or when memory or the slowest hundredth grows over what the first cycles showed.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx

from bench.applications import KINDS, Registry, load
from bench.page import need
from bench.tokens.process import LOAD, memory

SETTLED = 5
"""Cycles until caches are full; what the later ones show is held against the last of these."""
GROWTH = 10
"""MB that the later cycles may show more."""
SLOWER = 3
"""So many times as slow may they be."""


class Cycle(NamedTuple):
    """What one showed: resident memory in MB, and the slowest hundredth of reads and changes in ms."""

    memory: float
    reads: float
    changes: float


def cycle(registry: Registry, number: int, seconds: int) -> Cycle:
    """One round of everything."""
    runs = [
        load(registry.origin, registry.process.pid, registry.environ(kind, f"cycle {number}"), seconds)
        for kind, method in KINDS.items()
        if method
    ]
    headers = {"authorization": f"Bearer {registry.token}"}
    with httpx.Client(base_url=registry.origin, headers=headers, timeout=60) as client:
        client.get("/api/oauth/apps/organization/acme").raise_for_status()
        page = {"next_cursor": ""}
        while page["next_cursor"] is not None:
            query = {"limit": "100", **({"cursor": page["next_cursor"]} if page["next_cursor"] else {})}
            page = client.get("/api/applications", params=query).raise_for_status().json()
    return Cycle(memory(registry.process.pid), *(run.p99 for run in runs))


def grown(cycles: list[Cycle]) -> str:
    """What is wrong, if anything is."""
    early, late = cycles[SETTLED - 1 : SETTLED + 1], cycles[-SETTLED:]
    if median(each.memory for each in late) > max(each.memory for each in early) + GROWTH:
        return "memory grows"
    slow = max(each.reads + each.changes for each in cycles[:SETTLED])
    return "answers take longer" if median(each.reads + each.changes for each in late) > SLOWER * slow else ""


def main() -> int:
    """Go on until the time is over or something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=4)
    parser.add_argument("--seconds", type=int, default=20, help="of each load in a cycle")
    options = parser.parse_args()
    need("wrk", "taskset")
    os.sched_setaffinity(0, {LOAD})
    cycles: list[Cycle] = []
    wrong = ""
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder), 2_000)
        ends = time.monotonic() + options.hours * 3600
        try:
            while time.monotonic() < ends and not wrong:
                cycles.append(cycle(registry, len(cycles), options.seconds))
                rss, reads, changes = cycles[-1]
                print(
                    f"{len(cycles):>5}  {rss:6.1f} MB  p99: reads {reads:.1f} ms, changes {changes:.1f} ms", flush=True
                )
                wrong = grown(cycles) if len(cycles) >= 2 * SETTLED else ""
        finally:
            registry.stop()
    print(wrong or "steady", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
