"""What is kept about a person beside their own row, for whoever asks for all of it: everything but what proves."""

from collections.abc import Mapping, Sequence

from licet.store.sql import terms
from licet.store.sql.columns import unpack
from licet.store.sql.engine import Engine
from licet.store.sql.statement import Statement

PACKED = frozenset({"scope", "scopes", "resources"})
KEPT: Mapping[str, Statement] = {
    "organizations": Statement("""
        SELECT m.organization_id, o.slug, m.role, m.created_at
        FROM memberships AS m JOIN organizations AS o ON o.id = m.organization_id
        WHERE m.user_id = :id ORDER BY o.slug"""),
    "sessions": Statement("""
        SELECT surface, created_at, expires_at, last_used_at FROM sessions WHERE user_id = :id
        ORDER BY created_at, id"""),
    "personal_tokens": Statement("""
        SELECT surface, name, description, scopes, created_at, expires_at, last_used_at FROM personal_tokens
        WHERE user_id = :id ORDER BY created_at, id"""),
    "api_keys": Statement("""
        SELECT organization_id, name, description, created_at, expires_at, revoked_at, last_used_at FROM api_keys
        WHERE organization_id IN (SELECT organization_id FROM memberships WHERE user_id = :id) AND created_by = :id
        ORDER BY created_at, id"""),
    "applications": Statement("""
        SELECT a.client_id, a.client_name, a.surface, a.created_at
        FROM application_terms AS t JOIN applications AS a ON a.id = t.application_id
        WHERE t.term = :creator ORDER BY a.created_at, a.id"""),
    "consents": Statement("""
        SELECT a.client_id, c.surface, c.scope, c.resources, c.created_at, c.updated_at, c.last_used_at
        FROM consents AS c JOIN applications AS a ON a.id = c.application_id
        WHERE c.user_id = :id ORDER BY c.created_at, a.id, c.resources, c.surface"""),
    "authorizations": Statement("""
        SELECT client_id, surface, scope, created_at, expires_at, revoked_at FROM families WHERE user_id = :id
        ORDER BY created_at, id"""),
    "notifications": Statement("""
        SELECT a.client_id, n.text, n.url, n.created_at
        FROM notifications AS n JOIN applications AS a ON a.id = n.application_id
        WHERE n.user_id = :id ORDER BY n.created_at, n.id"""),
}
"""What each kind shows; a digest, a password's hash, a value that opens something is in none."""


async def kept(engine: Engine, user_id: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """All of it, by what it is."""
    asked = {"id": user_id, "creator": terms.of("creator", user_id)}
    return {
        name: [
            {key: unpack(value) if key in PACKED else value for key, value in dict(row).items()}
            for row in await engine.read(statement, **asked)
        ]
        for name, statement in KEPT.items()
    }
