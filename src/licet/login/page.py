"""How a page is made: one environment of templates, one style sheet, one policy for all."""

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from licet.web.reply import Reply

POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; img-src 'self'"
)
HEADERS = (
    ("content-security-policy", POLICY),
    ("x-frame-options", "DENY"),
    ("cache-control", "no-store"),
    # Under no-referrer a browser posts a form with `Origin: null`, which no same-site rule can tell from a foreign one.
    ("referrer-policy", "same-origin"),
)

_templates = Environment(
    loader=PackageLoader("licet.login"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
)
STYLE = files("licet.login").joinpath("templates/style.css").read_text("utf-8")


def page(template: str, status: int = 200, **values: object) -> Reply:
    """A page of this room; every value is escaped."""
    return Reply.html(_templates.get_template(template).render(**values), status, HEADERS)
