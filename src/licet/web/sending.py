"""Sending a browser back to an application: the response modes.

OAuth 2.0 Multiple Response Type Encoding Practices section 2.1, OAuth 2.0 Form Post Response Mode section 2.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from licet.oauth.return_address import ReturnAddress
from licet.web.page import Pages
from licet.web.reply import FOUND, SEE_OTHER, Reply

SUBMIT = "document.forms[0].submit()"
STEP = "go"
"""The parameter of an address that `stepped` has led to."""

_page = Pages("licet.web").page


def sent(address: ReturnAddress, parameters: Mapping[str, str]) -> Reply:
    """The browser on its way to the return address with the answer."""
    if address.mode == "form_post":
        return _page(
            "form_post.html",
            ends_at=(address.redirect_uri,),
            script=SUBMIT,
            action=address.redirect_uri,
            parameters=parameters,
        )
    location = located(address.redirect_uri, parameters, fragment=address.mode == "fragment")
    return Reply.redirect(location, FOUND if address.found else SEE_OTHER)


def stepped(path: str, redirect_uri: str) -> Reply:
    """A page that leads on to a path of ours by itself, on the way to a redirect URI.

    Browsers hold every redirect that follows a form to the policy of the form's page, those of the application too,
    wherever these lead; what this page leads to follows no form.
    """
    return _page("step.html", ends_at=(redirect_uri,), path=path, step=STEP)


def located(uri: str, parameters: Mapping[str, str], *, fragment: bool = False) -> str:
    """A URI with more parameters in its query, behind those it has (RFC 6749 section 3.1.2), or in its fragment."""
    if not parameters:
        return uri
    joint = "#" if fragment else "?" if "?" not in uri else "" if uri[-1] in "?&" else "&"
    return f"{uri}{joint}{urlencode(parameters)}"
