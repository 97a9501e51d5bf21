"""The pages of this room."""

from licet.web.page import Pages

page = Pages("licet.login").page
