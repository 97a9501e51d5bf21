"""What a change of an application does to what already lives of it: told before, and true by the rules afterwards.

Nothing here ends anything. What a token may, whether a code is still good and whether an application works at all is
asked at every use against the application as it is then; this says beforehand what those answers will be.
"""

from dataclasses import dataclass

from licet.domain import redirect_uri
from licet.domain.application import Application, differences


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What leads from one state of an application to another.

    Attributes:
        changes: names of the settings that change.
        stops: everything that lives of it stops working, for as long as it is off, or for good.
        removed_scopes: what live tokens will no longer have.
        removed_redirect_uris: where nobody will be sent any more.
        kept_redirect_uris: where people still will be; a code that was sent to none of these is void.
    """

    changes: tuple[str, ...]
    stops: bool
    removed_scopes: tuple[str, ...]
    removed_redirect_uris: tuple[str, ...]
    kept_redirect_uris: tuple[str, ...]

    def voids(self, bound: str) -> bool:
        """Whether a code that was sent to a redirect URI is void afterwards."""
        return self.stops or not is_registered(bound, self.kept_redirect_uris)


def consequences(before: Application, after: Application | None) -> Consequences:
    """What a change does; `after` None for a deletion."""
    if after is None:
        return Consequences(
            changes=(),
            stops=stops(before, after),
            removed_scopes=before.scopes,
            removed_redirect_uris=before.redirect_uris,
            kept_redirect_uris=(),
        )
    return Consequences(
        changes=differences(before, after),
        stops=stops(before, after),
        removed_scopes=tuple(name for name in before.scopes if name not in after.scopes),
        removed_redirect_uris=tuple(uri for uri in before.redirect_uris if uri not in after.redirect_uris),
        kept_redirect_uris=after.redirect_uris,
    )


def stops(before: Application, after: Application | None) -> bool:
    """Whether everything that lives of it stops working."""
    return before.enabled and (after is None or not after.enabled)


def is_registered(uri: str, registered: tuple[str, ...]) -> bool:
    """Whether a code that was sent to a redirect URI may still be redeemed where these are registered."""
    return any(redirect_uri.matches(own, uri, any_port=True) for own in registered)
