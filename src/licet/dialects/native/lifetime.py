"""When something that a caller asks for may end."""

from licet.errors import Fault, Invalid

DAY = 86_400_000


def later(expires_at: int | None, now: int, *, days: int | None = None) -> int | None:
    """An end that still is to come, at most so many days from now (ms); None for never. Invalid for any other."""
    if expires_at is not None and expires_at <= now:
        raise Invalid([Fault(("expires_at",), "out_of_range", "the future")])
    if expires_at is not None and days is not None and expires_at > now + days * DAY:
        raise Invalid([Fault(("expires_at",), "out_of_range", f"the next {days} days")])
    return expires_at
