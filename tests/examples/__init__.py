"""Records the examples of the reference: one real exchange of every call of every surface, and some refusals.

`python -m tests.examples` starts a demo instance in a temporary folder, makes the calls of the files here, and writes
each surface's `examples.json`. Secrets and tokens become made-up ones of the same shape.
"""
