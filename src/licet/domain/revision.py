"""A revision: one accepted change of something, with who, when, through which surface, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from licet.domain.actor import Actor
from licet.domain.application import SETTINGS, Application, differences

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is written beside every change, in its own transaction: an audit row, and a revision of an application.

    Attributes:
        action: `<noun>.<verb>`, such as `application.updated`.
        target: internal id of what was changed; for an application the revision hangs on it.
        version: the application's version after the change; None for anything that is not an application.
        before: only the settings that changed; empty for a creation.
        after: likewise; empty for a deletion. Neither ever holds a secret.
    """

    id: str
    at: int
    action: str
    actor_id: str | None
    actor_name: str
    surface: str
    request_id: str
    target: str
    organization_id: str | None = None
    version: int | None = None
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)


def of_application(
    actor: Actor, action: str, before: Application | None, after: Application | None, *, change_id: str, at: int
) -> Change:
    """The change that leads from one state of an application to another; one of the two may be missing."""
    present = after or before
    if present is None:
        message = "a change has a before or an after"
        raise ValueError(message)
    names = differences(before, after) if before and after else tuple(SETTINGS)
    return Change(
        id=change_id,
        at=at,
        action=action,
        actor_id=actor.id,
        actor_name=actor.name,
        surface=actor.surface,
        request_id=actor.request_id,
        target=present.id,
        organization_id=present.organization_id,
        version=present.version,
        before=_part(before, names),
        after=_part(after, names),
    )


def _part(application: Application | None, names: tuple[str, ...]) -> Values:
    if application is None:
        return {}
    return {name: getattr(application, name) for name in names}
