"""What an application is found by: terms, one row each for every filter of a list, and words, for search by prefix.

Both tables have the application's age in their keys, so that each filter alone is one walk of an index in the order
of the list, and every further filter one probe of it.
"""

from typing import Any

from licet.domain import redirect_uri
from licet.domain.application import Application
from licet.domain.text import words as name_words
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement

EVERY = "every"

ADD_TERMS = Statement("""
    INSERT INTO application_terms (term, age, application_id)
    SELECT value, CAST(:age AS {bigint}), CAST(:application_id AS TEXT) FROM {each terms}""")
DROP_TERMS = Statement("""
    DELETE FROM application_terms
    WHERE term IN (SELECT value FROM {each terms}) AND age = :age AND application_id = :application_id""")
ADD_WORDS = Statement("""
    INSERT INTO application_words (word, age, application_id, words)
    SELECT value, CAST(:age AS {bigint}), CAST(:application_id AS TEXT), CAST(:spaced AS TEXT) FROM {each words}""")
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
    old_terms, new_terms = (terms(state) if state else frozenset[str]() for state in (before, after))
    old_words, new_words = (words(state) if state else () for state in (before, after))
    if gone := old_terms - new_terms:
        yield from ask(DROP_TERMS, terms=sorted(gone), **key)
    if added := new_terms - old_terms:
        yield from ask(ADD_TERMS, terms=sorted(added), **key)
    if old_words != new_words:
        yield from ask(DROP_WORDS, words=old_words, **key)
        yield from ask(ADD_WORDS, words=new_words, spaced=spaced(new_words), **key)
