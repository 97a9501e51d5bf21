"""Names that may be used once: `jti` of client assertions, DPoP proofs and other signed things."""

from licet.store.sql.engine import Engine
from licet.store.sql.gather import First, Gathered
from licet.store.sql.statement import Statement

# A name that has expired may come again: what carried it is refused for its own age.
_AGAIN = """
    ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at, spent_at = excluded.spent_at
    WHERE spent_names.expires_at <= excluded.spent_at RETURNING digest"""
SPEND = Gathered(
    one=Statement(f"""
        INSERT INTO spent_names (digest, expires_at, spent_at) VALUES (:digest, :expires_at, :now) {_AGAIN}"""),
    many=Statement(f"""
        INSERT INTO spent_names (digest, expires_at, spent_at)
        SELECT * FROM unnest(:digest::bytea[], :expires_at::bigint[], :now::bigint[]) {_AGAIN}"""),
    key=("digest",),
    duplicates=First(),
)


class Spent:
    """Names that may be used once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def spend(self, digest: bytes, expires_at: int, now: int) -> bool:
        """Use a name up; False when somebody had."""
        return await self._engine.gather(SPEND, digest=digest, expires_at=expires_at, now=now) is not None
