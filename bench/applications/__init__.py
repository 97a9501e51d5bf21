"""What the registry does in a second, and what a page of it costs when it is a thousand times larger.

    python -m bench.applications [--rows 1000000] [--only updates|lists]

Needs wrk and taskset (Debian: wrk, util-linux), two cores, and writes docs/benchmarks.md.
"""
