"""Dynamic registration: what an application may be that registers and changes itself, by the operator's policy.

Nobody vouches for such an application. What it asks for beyond the policy is left out where the answer can say so
(scopes), and refused where leaving it out would make another application of it (grant types). What somebody with more
rights gave it meanwhile stays: the policy holds for what a request changes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from licet.domain.application import (
    AUTH_METHODS,
    AUTHORIZATION_CODE,
    GRANT_TYPES,
    SETTINGS,
    Application,
    Patch,
    settings,
)
from licet.domain.scope import Scope, rewritten, spelled
from licet.errors import Fault, Invalid

STANDARD_CATALOGUES = frozenset({"openid", "operator"})
"""Who brings the scopes that the standard endpoints speak of; the others belong to their own surfaces."""
_BOUND_TOGETHER = frozenset({"grant_types", "response_types", "redirect_uris"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator lets applications register by themselves.

    Attributes:
        grant_types: what may be asked for, of those that this server knows.
        redirect_uris: how many at most.
        default_scope: given when none is asked for, as far as the catalogue has it.
        scope: what may be asked for; empty means all that the standard catalogues let a manager grant.
        auth_methods: ways to prove itself that work here.
        signs: the algorithm of ID Tokens where none is asked for (OpenID Connect Registration section 2).
    """

    grant_types: tuple[str, ...]
    redirect_uris: int
    default_scope: tuple[str, ...]
    scope: tuple[str, ...] = ()
    auth_methods: tuple[str, ...] = AUTH_METHODS
    signs: str = "RS256"

    def settled(self, asked: Patch, present: Application | None, catalogue: Mapping[str, Scope]) -> Patch:
        """What is asked as far as the policy gives it; `present` is None for a new application.

        Raises:
            Invalid: every fault of what is asked.
        """
        patch = dict(asked)
        if "scope" in patch:
            patch["scope"] = self._scope(asked["scope"], present, catalogue)
        if patch.get("id_token_signed_response_alg", "") is None:
            patch["id_token_signed_response_alg"] = self.signs
        wanted = {**_beginning(present), **patch}
        if "response_types" not in patch and (present is None or "grant_types" in patch):
            # RFC 7591 §2.1: the response types follow from the grant types.
            patch["response_types"] = wanted["response_types"] = _response_types(wanted)
        faults = [*self._faults(patch, present), *_contradictions(patch, wanted)]
        if faults:
            raise Invalid(faults)
        return patch

    def _scope(self, asked: object, present: Application | None, catalogue: Mapping[str, Scope]) -> tuple[str, ...]:
        had = present.scopes if present else ()
        own = _spellable(catalogue)
        free = {name for name in own if catalogue[name].grantable_by == "manager"}
        if asked is None:
            return rewritten(had, spelled(self.default_scope, free), own)
        named = _names(asked)
        given = spelled(named, (free & set(self.scope or free)) | (own & set(had)))
        if not given:
            raise Invalid([Fault(("scope",), "bad_choice", "of scopes that may be registered", " ".join(named))])
        return rewritten(had, given, own)

    def _faults(self, patch: Patch, present: Application | None) -> Iterator[Fault]:
        allowed = [name for name in self.grant_types if name in GRANT_TYPES]
        had = present.grant_types if present else ()
        for position, name in enumerate(_names(patch.get("grant_types"))):
            if name not in allowed and name not in had:
                yield Fault(("grant_types", position), "bad_choice", "one of " + ", ".join(allowed), name)
        method = patch.get("token_endpoint_auth_method")
        kept = present is not None and present.token_endpoint_auth_method == method
        if isinstance(method, str) and method not in self.auth_methods and not kept:
            yield Fault(("token_endpoint_auth_method",), "bad_choice", "one of " + ", ".join(self.auth_methods), method)
        if len(_names(patch.get("redirect_uris"))) > self.redirect_uris:
            yield Fault(("redirect_uris",), "too_many", str(self.redirect_uris))


def as_spoken(application: Application, catalogue: Mapping[str, Scope]) -> Application:
    """The application as the standard endpoints can speak of it: without the scopes of other catalogues."""
    return replace(application, scope=spelled(application.scopes, _spellable(catalogue)) or None)


def _spellable(catalogue: Mapping[str, Scope]) -> set[str]:
    return {name for name, scope in catalogue.items() if scope.catalogue in STANDARD_CATALOGUES}


def _beginning(present: Application | None) -> dict[str, object]:
    return settings(present) if present else {name: setting.default for name, setting in SETTINGS.items()}


def _response_types(wanted: Patch) -> tuple[str, ...]:
    return ("code",) if AUTHORIZATION_CODE in _names(wanted["grant_types"]) else ()


def _contradictions(patch: Patch, wanted: Patch) -> Iterator[Fault]:
    if _BOUND_TOGETHER.isdisjoint(patch):
        return
    if tuple(_names(wanted["response_types"])) != _response_types(wanted):
        yield Fault(("response_types",), "bad_value", "code with the grant type authorization_code, and empty without")
    if AUTHORIZATION_CODE in _names(wanted["grant_types"]) and not wanted["redirect_uris"]:
        yield Fault(("redirect_uris",), "absent")


def _names(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else ()
