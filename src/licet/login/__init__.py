"""Pages an end user meets.

Owns signing in and up, consent, the device code, signing out, the connected applications, and the account pages that a
one-time link opens. Plain HTML forms that work without scripts, served with a policy that allows none. Between an
authorization endpoint and these pages there is only a URL and a stored request: a page never leads to another, it
writes down what the person did and goes back to the endpoint, which decides anew. What a page does is done by
`services` and `oauth`; machine APIs are `dialects`; what all pages share is `web`.
"""

from licet.login.entrance import entrance
from licet.login.surface import surface

__all__ = ["entrance", "surface"]
