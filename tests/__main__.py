"""Runs suites one after the other and says how long each took: `python -m tests unit contract [pytest options]`."""

import subprocess
import sys
import time
from pathlib import Path

SUITES = Path(__file__).parent
# Two workers where a suite waits more than it computes; the others are shorter than a worker's start. What an
# end-to-end file makes (a wheel, a process) is dear: its tests stay together.
WORKERS = {
    "house": ["--numprocesses=2"],
    "contract": ["--numprocesses=2"],
    "conformance": ["--numprocesses=2"],
    "fuzz": ["--numprocesses=2"],
    "e2e": ["--numprocesses=2", "--dist=loadscope"],
}


def run(suite: str, options: list[str]) -> tuple[str, float, int]:
    """Run one suite: its name, its wall time in seconds, pytest's exit code (5, no test at all, is a failure too)."""
    print(f"\n{suite}", flush=True)
    began = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "--quiet", *WORKERS.get(suite, []), *options, str(SUITES / suite)]
    code = subprocess.run(command, check=False).returncode
    return suite, time.perf_counter() - began, code


def main(arguments: list[str]) -> int:
    """Run the named suites, all of them even when one fails; returns 1 if any did."""
    options = [argument for argument in arguments if argument.startswith("-")]
    results = [run(name, options) for name in arguments if not name.startswith("-")]
    print()
    for suite, seconds, code in results:
        print(f"{suite:<12} {seconds:7.1f} s  {'failed' if code else 'passed'}")
    print(f"{'total':<12} {sum(seconds for _, seconds, _ in results):7.1f} s", flush=True)
    return int(any(code for _, _, code in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
