"""What is kept, and how it is kept: the databases behind the ports of `services`.

`open` is the only door. The store decides no rule: it writes atomically what a service decided, says who lost a race,
and answers only after the commit. Nothing here knows HTTP, a protocol or a dialect.
"""
