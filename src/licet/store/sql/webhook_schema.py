"""The tables of webhooks and API keys; types as in `schema`."""

from licet.store.sql.statement import Statement

_TABLES = """
CREATE TABLE webhooks (
    id {text} PRIMARY KEY NOT NULL,
    organization_id {text} NOT NULL,
    surface {text} NOT NULL,
    url {text} NOT NULL,
    events {text} NOT NULL,
    enabled {bigint} NOT NULL,
    sealed {blob} NOT NULL,
    created_by {text},
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    gave_up_at {bigint},
    expires_at {bigint}
);
CREATE INDEX webhooks_by_organization ON webhooks (organization_id);
CREATE INDEX webhooks_by_end ON webhooks (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE webhook_deliveries (
    id {text} PRIMARY KEY NOT NULL,
    webhook_id {text} NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    change_id {text} NOT NULL,
    event {text} NOT NULL,
    created_at {bigint} NOT NULL,
    due_at {bigint},
    attempts {bigint} NOT NULL,
    delivered_at {bigint},
    status {bigint},
    body {blob},
    expires_at {bigint} NOT NULL
);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_end ON webhook_deliveries (expires_at);
CREATE TABLE api_keys (
    id {text} PRIMARY KEY NOT NULL,
    digest {blob} NOT NULL UNIQUE,
    prefix {text} NOT NULL,
    organization_id {text} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    surface {text} NOT NULL,
    name {text} NOT NULL,
    description {text},
    scopes {text} NOT NULL,
    created_at {bigint} NOT NULL,
    created_by {text},
    expires_at {bigint},
    revoked_at {bigint},
    last_used_at {bigint}
);
CREATE INDEX api_keys_by_organization ON api_keys (organization_id, created_at)
"""

TABLES = tuple(map(Statement, _TABLES.strip().split(";\n")))
"""`events` are words with blanks around each. A webhook outlives its organization until `expires_at`, so that it hears
of its end. A delivery's id is that of its change and its webhook's behind it: ids sort by time, and a change is told
to a webhook once."""
