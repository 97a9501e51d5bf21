"""What an application is found by: terms, one row each for every filter of a list, and words, for search by prefix.

Both tables have the application's age in their keys, so that each filter alone is one walk of an index in the order
of the list, and every further filter one probe of it. Whether it is enabled, which goes with every
other filter, stands in each row.
"""

from typing import Any

from licet.domain import redirect_uri
from licet.domain.application import Application
from licet.domain.text import words as name_words
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement

EVERY = "every"

TERMED = ("enabled", "surface", "organization_id", "created_by", "scope", "redirect_uris", "allowed_cors_origins")
WORDED = ("enabled", "client_name", "client_id")
"""What of an application makes its terms and its words."""

ANY = Statement("SELECT 1 AS one FROM application_terms WHERE term = :term LIMIT 1")
ADD_TERMS = Statement("""
    INSERT INTO application_terms (term, age, application_id, enabled)
    SELECT value, CAST(:age AS {bigint}), CAST(:application_id AS TEXT), CAST(:enabled AS INTEGER)
    FROM {each terms}""")
DROP_TERMS = Statement("""
    DELETE FROM application_terms
    WHERE term IN (SELECT value FROM {each terms}) AND age = :age AND application_id = :application_id""")
ADD_WORDS = Statement("""
    INSERT INTO application_words (word, age, application_id, enabled, words)
    SELECT value, CAST(:age AS {bigint}), CAST(:application_id AS TEXT), CAST(:enabled AS INTEGER),
        CAST(:spaced AS TEXT)
    FROM {each words}""")
DROP_WORDS = Statement("""
    DELETE FROM application_words
    WHERE word IN (SELECT value FROM {each words}) AND age = :age AND application_id = :application_id""")


def terms(application: Application) -> frozenset[str]:
    """A row for each filter that the application passes."""
    hosts = {redirect_uri.host(uri) for uri in application.redirect_uris}
    return frozenset(
        (
            EVERY,
            enabled(on=application.enabled),
            of("surface", application.surface),
            of("organization", application.organization_id),
            of("creator", application.created_by or ""),
            *(of("scope", name) for name in application.scopes),
            *(of("host", host) for host in hosts if host),
            *(of("origin", origin) for origin in application.allowed_cors_origins),
        )
    )


def of(kind: str, value: str) -> str:
    """The term of one filter and one value of it."""
    return f"{kind}:{value}"


def enabled(*, on: bool) -> str:
    """The term of whether it is on."""
    return of("enabled", "yes" if on else "no")


def words(application: Application) -> tuple[str, ...]:
    """The words of its name and of its client_id, and the client_id itself, folded and sorted."""
    found = {*name_words(application.client_name), *name_words(application.client_id), folded(application.client_id)}
    return tuple(sorted(found))


def spaced(found: tuple[str, ...]) -> str:
    """Words as one text in which ` prefix` is found only where a word begins."""
    return f" {' '.join(found)} "


def folded(client_id: str) -> str:
    """A client_id as a word of its own."""
    return "".join(client_id.casefold().split())[:200]


def index(before: Application | None, after: Application | None) -> Script[None]:
    """Bring both tables from one state of an application to another; one of the two may be missing."""
    present = after or before
    if present is None:
        return
    key: dict[str, Any] = {"age": -present.created_at, "application_id": present.id}
    if _differ(TERMED, before, after):
        yield from _index_terms(before, after, key)
    if _differ(WORDED, before, after):
        yield from _index_words(before, after, key)


def _differ(names: tuple[str, ...], before: Application | None, after: Application | None) -> bool:
    return any(getattr(before, name, None) != getattr(after, name, None) for name in names)


def _index_terms(before: Application | None, after: Application | None, key: dict[str, Any]) -> Script[None]:
    old, new = (terms(state) if state else frozenset[str]() for state in (before, after))
    kept = old & new if before and after and before.enabled == after.enabled else frozenset[str]()
    if old - kept:
        yield from ask(DROP_TERMS, terms=sorted(old - kept), **key)
    if after and new - kept:
        yield from ask(ADD_TERMS, terms=sorted(new - kept), enabled=int(after.enabled), **key)


def _index_words(before: Application | None, after: Application | None, key: dict[str, Any]) -> Script[None]:
    if before:
        yield from ask(DROP_WORDS, words=words(before), **key)
    if after:
        found = words(after)
        yield from ask(ADD_WORDS, words=found, spaced=spaced(found), enabled=int(after.enabled), **key)
