"""Every bench, or those named: `python -m bench`, `python -m bench applications lists`, `python -m bench --list`.

Each is a command of its own too (`python -m bench.<name> --help`) and writes the page that rests on its figures.
"""

import argparse
import subprocess
import sys
from importlib import import_module

BENCHES = (
    "applications",
    "lists",
    "streaming",
    "tokens",
    "signatures",
    "floors",
    "store",
    "cli_import",
    "test_databases",
)


def about(name: str) -> str:
    """The first line of what a bench says of itself."""
    return (import_module(f"bench.{name}").__doc__ or "").splitlines()[0]


def main() -> int:
    """Run them one after another, all of them even when one fails; returns 1 if any did."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="; ".join(BENCHES))
    parser.add_argument("--list", action="store_true", help="say what there is")
    options = parser.parse_args()
    if strangers := set(options.names) - set(BENCHES):
        parser.error(f"no such bench: {', '.join(sorted(strangers))}")
    failed = 0
    for name in options.names or BENCHES:
        print(f"{name:<16} {about(name)}", flush=True)
        if not options.list:
            failed |= subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
