"""The outbox: what webhooks are told, written in the transaction of the change that it tells of."""

from licet.domain.revision import Change
from licet.domain.webhook import KEPT_FOR, concerned, events_of
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement

# A webhook that asks for two names of one change is told the first.
FILL = Statement("""
    INSERT INTO webhook_deliveries (id, webhook_id, change_id, event, created_at, due_at, attempts, expires_at)
    SELECT CAST(:change_id AS TEXT) || w.id, w.id, :change_id, :event, CAST(:at AS {bigint}), CAST(:at AS {bigint}),
        0, CAST(:expires_at AS {bigint})
    FROM webhooks AS w
    WHERE w.organization_id IN (:organization_id, :other_id) AND w.enabled = 1
        AND {position}(w.events, ' ' || :event || ' ') > 0
    ON CONFLICT (id) DO NOTHING""")
END = Statement("UPDATE webhooks SET expires_at = :expires_at WHERE organization_id = :id")


def fill(change: Change) -> Script[None]:
    """Put a change into the outbox, for every webhook that asks for what it is."""
    organizations = concerned(change)
    for event in events_of(change) if organizations else ():
        yield from ask(
            FILL,
            change_id=change.id,
            event=event,
            at=change.at,
            expires_at=change.at + KEPT_FOR,
            organization_id=organizations[0],
            other_id=organizations[-1],
        )


def end(organization_id: str, at: int) -> Script[None]:
    """Let the webhooks of a deleted organization go once they have heard of it."""
    yield from ask(END, id=organization_id, expires_at=at + KEPT_FOR)
