"""Settings that can be said and should not: each with what may happen and what to do."""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from ipaddress import ip_network
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from licet.cli.finding import Finding, Level
from licet.settings import LOOPBACK, Row, Settings

PROVEN = frozenset({"require", "verify-ca", "verify-full"})
"""Values of `sslmode` that never fall back to plain text."""


class Risk(NamedTuple):
    """A row: the setting, how bad it is, when it is there, what it means, what to do."""

    setting: str
    level: Level
    there: Callable[[Settings], bool]
    says: str
    advice: str


def _public(settings: Settings) -> bool:
    return urlsplit(settings.origin).hostname not in LOOPBACK


def _believes_everybody(settings: Settings) -> bool:
    return any(_is_whole_internet(network) for network in settings.trusted_proxies)


def _is_whole_internet(network: str) -> bool:
    try:
        return ip_network(network, strict=False).prefixlen == 0
    except ValueError:
        return False


def _plain_database(settings: Settings) -> bool:
    parts = urlsplit(settings.database_url)
    if not parts.scheme.startswith("postgres") or not parts.hostname or parts.hostname in LOOPBACK:
        return False
    return PROVEN.isdisjoint(parse_qs(parts.query).get("sslmode", ()))


RISKS = (
    Risk(
        "demo",
        "fail",
        lambda settings: settings.demo and _public(settings),
        "a demo, whose passwords everybody knows, has a public issuer",
        "switch `demo` off, or leave `issuer` out",
    ),
    Risk(
        "issuer",
        "fail",
        lambda settings: settings.origin.startswith("http:") and _public(settings),
        "passwords and tokens travel in the clear",
        "put a proxy with TLS in front, and set `issuer` to its https:// origin",
    ),
    Risk(
        "trusted_proxies",
        "fail",
        _believes_everybody,
        "anybody may say which address a request comes from",
        "name the networks of your own proxies",
    ),
    Risk(
        "fetch_allow",
        "fail",
        lambda settings: bool(settings.fetch_allow) and _public(settings),
        "who names an address there makes this instance call its own network",
        "leave it empty: it is for tests, on loopback",
    ),
    Risk(
        "database",
        "warn",
        _plain_database,
        "the way to the database may be in the clear",
        "add sslmode=verify-full to its URL",
    ),
    Risk(
        "limits",
        "warn",
        lambda settings: not settings.limits,
        "nothing slows down who guesses passwords",
        "switch `limits` on",
    ),
    Risk(
        "allow_insecure_redirects",
        "warn",
        lambda settings: settings.allow_insecure_redirects,
        "codes may be sent over plain http",
        "switch it off, once no application needs it",
    ),
    Risk(
        "registration",
        "warn",
        lambda settings: settings.registration == "open" and not settings.demo,
        "anybody may register applications",
        "set it to initial_access_token or off, unless that is meant",
    ),
    Risk(
        "sign_up",
        "warn",
        lambda settings: settings.sign_up == "open" and not settings.demo,
        "anybody may make an account",
        "set it to invited or off, unless that is meant",
    ),
)


def of_names(strangers: Iterable[str], known: Iterable[Row]) -> Iterator[Finding]:
    """Names in the environment that no setting has, each with the nearest that one has."""
    names = [row.environment for row in known]
    for stranger in strangers:
        near = get_close_matches(stranger, names, n=1)
        advice = f"did you mean {near[0]}?" if near else "unset it"
        yield Finding("warn", "environment", f"{stranger} is no setting and does nothing", advice)


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Every risk that is there; one good line when none is."""
    found = [Finding(risk.level, risk.setting, risk.says, risk.advice) for risk in RISKS if risk.there(settings)]
    yield from found or [Finding("ok", "settings", f"nothing unsafe is set; the issuer is {settings.origin}")]
