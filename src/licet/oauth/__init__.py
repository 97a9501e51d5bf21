"""The protocol, with no HTTP in it: what every surface that authorizes runs.

`token.py` has the steps that every grant shares, in order; `authorize.py` the table of checks of an authorization
request; `grants/` and `client_auth/` one file each, found through one table. A surface names its parameters and its
formats, calls in here, and says the answer in its own words. What is kept, and single use, is `services`; values and
rules are `domain`.
"""
