"""What an application tells a person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message; `external_id` is the application's own name for it, by which it is told only once."""

    id: str
    user_id: str
    application_id: str
    external_id: str
    text: str
    url: str | None
    created_at: int
