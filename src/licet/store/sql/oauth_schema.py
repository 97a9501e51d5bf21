"""The protocol's tables; types as in `schema`."""

from licet.store.sql.statement import Statement

_TABLES = """
CREATE TABLE families (
    id {text} PRIMARY KEY NOT NULL,
    application_id {text} NOT NULL,
    client_id {text} NOT NULL,
    user_id {text} NOT NULL,
    surface {text} NOT NULL,
    scope {text} NOT NULL,
    resources {text} NOT NULL,
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    revoked_at {bigint},
    generation {bigint} NOT NULL,
    refreshes {bigint} NOT NULL,
    refresh_idle {bigint} NOT NULL,
    slides {bigint} NOT NULL,
    idle_expires_at {bigint},
    refreshed_at {bigint},
    reissued {bigint} NOT NULL,
    redirect_uri {text},
    redirect_uri_sent {bigint} NOT NULL,
    code_digest {blob} UNIQUE,
    code_challenge {text},
    code_expires_at {bigint},
    code_claimed_at {bigint},
    nonce {text},
    auth_time {bigint},
    acr {text},
    amr {text} NOT NULL,
    session_id {text},
    requested_claims {text} NOT NULL,
    redeemed_by {text} NOT NULL,
    bound_to {text} NOT NULL,
    authorization_details {text} NOT NULL
);
CREATE INDEX families_by_user ON families (user_id, application_id);
CREATE INDEX families_by_application ON families (application_id);
CREATE INDEX families_by_session ON families (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX families_by_end ON families (expires_at);
CREATE TABLE consents (
    user_id {text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    application_id {text} NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    resources {text} NOT NULL,
    surface {text} NOT NULL,
    scope {text} NOT NULL,
    created_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    last_used_at {bigint},
    authorization_details {text} NOT NULL,
    PRIMARY KEY (user_id, application_id, resources, surface)
) {keyed};
CREATE INDEX consents_by_application ON consents (application_id, user_id, resources);
CREATE TABLE device_codes (
    digest {blob} PRIMARY KEY NOT NULL,
    user_code {text} NOT NULL UNIQUE,
    application_id {text} NOT NULL,
    client_id {text} NOT NULL,
    surface {text} NOT NULL,
    scope {text} NOT NULL,
    resources {text} NOT NULL,
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    interval {bigint} NOT NULL,
    polled_at {bigint},
    state {text} NOT NULL,
    user_id {text},
    auth_time {bigint},
    session_id {text},
    address {text} NOT NULL
);
CREATE INDEX device_codes_by_end ON device_codes (expires_at);
CREATE TABLE authorization_requests (
    digest {blob} PRIMARY KEY NOT NULL,
    browser {blob},
    client_id {text} NOT NULL,
    surface {text} NOT NULL,
    parameters {text} NOT NULL,
    resources {text} NOT NULL,
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    session_id {text},
    authenticated_at {bigint},
    consented {text},
    denied {bigint} NOT NULL,
    pushed {blob}
) {keyed};
CREATE INDEX authorization_requests_by_end ON authorization_requests (expires_at);
CREATE TABLE opaque_tokens (
    digest {blob} PRIMARY KEY NOT NULL,
    id {text} NOT NULL UNIQUE,
    family_id {text},
    generation {bigint},
    application_id {text} NOT NULL,
    client_id {text} NOT NULL,
    user_id {text},
    surface {text} NOT NULL,
    scope {text} NOT NULL,
    audience {text} NOT NULL,
    authorization_details {text} NOT NULL,
    bound_to {text} NOT NULL,
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    act {text} NOT NULL,
    acts_for {text} NOT NULL,
    last_used_at {bigint}
) {keyed};
CREATE INDEX opaque_tokens_by_application ON opaque_tokens (application_id, created_at, id);
CREATE INDEX opaque_tokens_by_family ON opaque_tokens (family_id);
CREATE INDEX opaque_tokens_by_end ON opaque_tokens (expires_at);
CREATE TABLE revoked_tokens (
    digest {blob} PRIMARY KEY NOT NULL,
    expires_at {bigint} NOT NULL
) {keyed};
CREATE INDEX revoked_tokens_by_end ON revoked_tokens (expires_at);
CREATE TABLE spent_names (
    digest {blob} PRIMARY KEY NOT NULL,
    expires_at {bigint} NOT NULL,
    spent_at {bigint} NOT NULL
) {keyed};
CREATE INDEX spent_names_by_end ON spent_names (expires_at);
CREATE TABLE session_clients (
    session_id {text} NOT NULL,
    application_id {text} NOT NULL,
    user_id {text} NOT NULL,
    due_at {bigint},
    attempts {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    PRIMARY KEY (session_id, application_id)
) {keyed};
CREATE INDEX session_clients_by_turn ON session_clients (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX session_clients_by_end ON session_clients (expires_at);
CREATE TABLE exchange_policies (
    name {text} PRIMARY KEY NOT NULL,
    clients {text} NOT NULL,
    subjects {text} NOT NULL,
    audiences {text} NOT NULL,
    token_types {text} NOT NULL,
    scope {text} NOT NULL,
    known_as {text},
    created_at {bigint} NOT NULL
) {keyed};
CREATE TABLE trusted_issuers (
    issuer {text} PRIMARY KEY NOT NULL,
    jwks {text} NOT NULL,
    jwks_uri {text},
    subject {text} NOT NULL,
    clients {text} NOT NULL,
    scope {text} NOT NULL,
    assertions {text} NOT NULL,
    created_at {bigint} NOT NULL
) {keyed};
CREATE TABLE registry_versions (
    bucket {bigint} PRIMARY KEY NOT NULL,
    version {bigint} NOT NULL
)
"""

TABLES = tuple(map(Statement, _TABLES.strip().split(";\n")))
"""A family's code and its refresh token are states of its row: `code_claimed_at`, `generation`, `reissued`."""
