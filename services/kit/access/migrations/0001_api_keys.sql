-- API keys. What a caller sends is never stored, only its SHA-256.
CREATE SCHEMA IF NOT EXISTS hearth;

CREATE TABLE hearth.api_keys (
    id text PRIMARY KEY,             -- the visible part, safe to show and to log
    hash bytea NOT NULL,             -- SHA-256 of the whole key
    name text NOT NULL,
    scopes text[] NOT NULL,
    communities text[],              -- slugs; null: all of them
    created_at bigint NOT NULL,
    expires_at bigint,               -- null: never
    revoked_at bigint,
    last_used_at bigint
);
