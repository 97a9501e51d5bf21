"""`python -m bench`: every bench that measures the product, one after the other; each writes its own figures."""

import runpy

BENCHES = ("bench.applications", "bench.tokens")

if __name__ == "__main__":
    for bench in BENCHES:
        print(f"\n{bench}", flush=True)
        runpy.run_module(bench, run_name="__main__", alter_sys=True)
