"""The pages of this room."""

from licet.web.page import Pages

_pages = Pages("licet.login")
page, framing = _pages.page, _pages.framing
