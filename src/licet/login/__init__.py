"""Pages an end user meets.

Owns the account pages that a one-time link opens: choosing a first password, joining by invitation. Plain HTML forms
that work without scripts, served with a policy that allows none. What a page does is done by `services`; machine APIs
are `dialects`.
"""

from licet.login.account import surface

__all__ = ["surface"]
