"""The tables. Ids are 24 hex digits, times milliseconds since the epoch, digests 32 bytes, flags 0 and 1."""

from licet.store.sql.statement import Statement

_TABLES = """
CREATE TABLE organizations (
    id {text} PRIMARY KEY NOT NULL,
    name {text} NOT NULL,
    slug {text} NOT NULL UNIQUE,
    kind {text} NOT NULL,
    logo {text},
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL
);
CREATE TABLE users (
    id {text} PRIMARY KEY NOT NULL,
    username {text} NOT NULL,
    username_key {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    email {text},
    email_key {text} UNIQUE,
    email_verified {bigint} NOT NULL,
    password_hash {text},
    active {bigint} NOT NULL,
    roles {text} NOT NULL,
    organization_id {text} NOT NULL,
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    last_login_at {bigint}
);
CREATE TABLE memberships (
    organization_id {text} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id {text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role {text} NOT NULL,
    created_at {bigint} NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) {keyed};
CREATE INDEX memberships_by_user ON memberships (user_id);
CREATE UNIQUE INDEX memberships_one_owner ON memberships (organization_id) WHERE role = 'owner';
CREATE TABLE sessions (
    id {text} PRIMARY KEY NOT NULL,
    digest {blob} NOT NULL UNIQUE,
    user_id {text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    surface {text} NOT NULL,
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    last_used_at {bigint} NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id, surface, created_at);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE TABLE personal_tokens (
    id {text} PRIMARY KEY NOT NULL,
    digest {blob} NOT NULL UNIQUE,
    tail {text} NOT NULL,
    user_id {text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    surface {text} NOT NULL,
    name {text} NOT NULL,
    description {text},
    scopes {text} NOT NULL,
    narrowed_to {text} NOT NULL,
    created_at {bigint} NOT NULL,
    expires_at {bigint},
    last_used_at {bigint}
);
CREATE INDEX personal_tokens_by_user ON personal_tokens (user_id, surface, created_at);
CREATE TABLE links (
    digest {blob} PRIMARY KEY NOT NULL,
    purpose {text} NOT NULL,
    user_id {text} REFERENCES users (id) ON DELETE CASCADE,
    email {text},
    organization_id {text} REFERENCES organizations (id) ON DELETE CASCADE,
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    claimed_at {bigint}
) {keyed};
CREATE INDEX links_by_user ON links (user_id);
CREATE INDEX links_by_organization ON links (organization_id) WHERE organization_id IS NOT NULL;
CREATE INDEX links_by_end ON links (expires_at);
CREATE TABLE applications (
    id {text} PRIMARY KEY NOT NULL,
    client_id {text} NOT NULL UNIQUE,
    organization_id {text} NOT NULL REFERENCES organizations (id),
    created_by {text},
    surface {text} NOT NULL,
    version {bigint} NOT NULL,
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    saved_at {bigint} NOT NULL,
    saved_by {text},
    last_used_at {bigint} NOT NULL,
    tokens_not_before {bigint},
    enabled {bigint} NOT NULL,
    client_name {text} NOT NULL,
    settings {text} NOT NULL,
    words {text} NOT NULL,
    registration_digest {blob},
    purge_at {bigint}
);
CREATE INDEX applications_by_organization ON applications (organization_id);
CREATE INDEX applications_by_use ON applications (last_used_at, id) WHERE purge_at IS NULL;
CREATE INDEX applications_by_end ON applications (purge_at) WHERE purge_at IS NOT NULL;
CREATE TABLE application_uses (
    application_id {text} NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    kind {text} NOT NULL,
    name {text} NOT NULL,
    last_used_at {bigint} NOT NULL,
    PRIMARY KEY (application_id, kind, name)
) {keyed};
CREATE TABLE transfers (
    id {text} PRIMARY KEY NOT NULL,
    application_id {text} NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    from_organization_id {text} NOT NULL,
    organization_id {text} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    created_by {text},
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL
);
CREATE INDEX transfers_by_application ON transfers (application_id);
CREATE INDEX transfers_by_end ON transfers (expires_at);
CREATE TABLE application_terms (
    term {text} NOT NULL,
    age {bigint} NOT NULL,
    application_id {text} NOT NULL,
    enabled INTEGER NOT NULL,
    PRIMARY KEY (term, age, application_id)
) {keyed};
CREATE TABLE application_words (
    word {text} NOT NULL,
    age {bigint} NOT NULL,
    application_id {text} NOT NULL,
    enabled INTEGER NOT NULL,
    words {text} NOT NULL,
    PRIMARY KEY (word, age, application_id)
) {keyed};
CREATE TABLE application_secrets (
    id {text} PRIMARY KEY NOT NULL,
    application_id {text} NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    label {text} NOT NULL,
    tail {text} NOT NULL,
    digest {blob} NOT NULL,
    sealed {blob},
    created_at {bigint} NOT NULL,
    created_by {text},
    expires_at {bigint},
    last_used_at {bigint},
    last_used_from {text}
);
CREATE INDEX application_secrets_by_application ON application_secrets (application_id, created_at);
CREATE TABLE changes (
    id {text} PRIMARY KEY NOT NULL,
    at {bigint} NOT NULL,
    action {text} NOT NULL,
    actor_id {text},
    actor_name {text} NOT NULL,
    surface {text} NOT NULL,
    request_id {text} NOT NULL,
    target {text} NOT NULL,
    organization_id {text},
    version {bigint} NOT NULL,
    before {text} NOT NULL,
    after {text} NOT NULL
);
CREATE INDEX changes_by_target ON changes (target, version, id);
CREATE INDEX changes_by_organization ON changes (organization_id, id);
CREATE INDEX changes_by_actor ON changes (actor_id, id);
CREATE INDEX changes_by_action ON changes (action, id);
CREATE TABLE idempotency (
    key {blob} PRIMARY KEY NOT NULL,
    body_digest {blob} NOT NULL,
    answer {blob},
    expires_at {bigint} NOT NULL
) {keyed};
CREATE INDEX idempotency_by_end ON idempotency (expires_at);
CREATE TABLE counters (
    key {blob} PRIMARY KEY NOT NULL,
    hits {bigint} NOT NULL,
    started_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL
) {keyed};
CREATE INDEX counters_by_end ON counters (expires_at);
CREATE TABLE scopes (
    name {text} PRIMARY KEY NOT NULL,
    description {text} NOT NULL,
    risk {text} NOT NULL,
    grantable_by {text} NOT NULL,
    catalogue {text} NOT NULL
) {keyed};
CREATE TABLE resources (
    resource {text} PRIMARY KEY NOT NULL,
    scope {text} NOT NULL,
    created_at {bigint} NOT NULL
) {keyed};
CREATE TABLE permissions (
    permission {text} PRIMARY KEY NOT NULL,
    roles {text} NOT NULL
) {keyed};
CREATE TABLE signing_keys (
    kid {text} PRIMARY KEY NOT NULL,
    algorithm {text} NOT NULL,
    sealed {blob} NOT NULL,
    created_at {bigint} NOT NULL,
    state {text} NOT NULL,
    since {bigint} NOT NULL
)
"""

TABLES = tuple(map(Statement, _TABLES.strip().split(";\n")))
"""`age` is minus created_at: ascending is newest first, and one row value compares whole keys. `words` are the sorted
words with blanks around each. In `applications`, `settings` is JSON, `last_used_at` is 0 for never, and `purge_at` is
set on a tombstone. A row of `changes` is an audit row, and the revision of an application where that is its
target."""
