"""Cross-origin sharing (the Fetch standard): which origins may read an answer. Pure functions over a policy."""

from dataclasses import dataclass

from licet.web.reply import Pair

ANY = "*"


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may read what: exact origins, or ANY alone; `max_age` in seconds. ValueError for an unsafe policy."""

    origins: frozenset[str]
    methods: tuple[str, ...] = ("GET", "HEAD", "POST")
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int = 600

    def __post_init__(self) -> None:
        if "null" in self.origins:
            raise ValueError("the origin null is everybody's: a sandboxed page of any site has it")
        if ANY in self.origins and (self.credentials or len(self.origins) > 1):
            raise ValueError("every origin is allowed alone and without credentials")


def allowed_origin(policy: Policy, origin: str | None) -> str | None:
    """What `Access-Control-Allow-Origin` says to this caller, or None when it is left out."""
    if ANY in policy.origins:
        return ANY
    return origin if origin in policy.origins else None


def answer_headers(policy: Policy, origin: str | None) -> list[Pair]:
    """The headers of an actual answer to a caller with this `Origin`."""
    allowed = allowed_origin(policy, origin)
    # A cache must keep apart what depends on who asked, refused callers included.
    headers = [] if allowed == ANY else [("vary", "Origin")]
    if allowed is None:
        return headers
    headers.append(("access-control-allow-origin", allowed))
    if policy.credentials:
        headers.append(("access-control-allow-credentials", "true"))
    if policy.exposed:
        headers.append(("access-control-expose-headers", ", ".join(policy.exposed)))
    return headers


def preflight_headers(policy: Policy, origin: str | None) -> list[Pair]:
    """The headers of the answer to a preflight; a foreign origin gets only `Vary`."""
    headers = answer_headers(policy, origin)
    if allowed_origin(policy, origin) is None:
        return headers
    headers.append(("access-control-allow-methods", ", ".join(policy.methods)))
    if policy.headers:
        headers.append(("access-control-allow-headers", ", ".join(policy.headers)))
    headers.append(("access-control-max-age", str(policy.max_age)))
    return headers
