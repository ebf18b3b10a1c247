-- Who is told, and what was told to whom. Outlives generations: a rebuild tells nobody.
CREATE SCHEMA IF NOT EXISTS notify;

-- Addresses of outgoing webhooks, by the channel's name in the policy.
CREATE TABLE notify.webhook (
    community integer NOT NULL,
    channel text NOT NULL,
    url text NOT NULL,
    secret bytea NOT NULL,           -- sealed
    disabled_at bigint,              -- the receiver answered 410, or an operator
    disabled_why text,
    PRIMARY KEY (community, channel)
);

-- How far the facts of a partition were looked at.
CREATE TABLE notify.cursor (
    partition integer PRIMARY KEY,
    "offset" bigint NOT NULL,
    n integer NOT NULL
);

-- The outbox: a row for each fact and channel.
CREATE TABLE notify.delivery (
    id text PRIMARY KEY,             -- webhook-id, the same on every attempt
    community integer NOT NULL,
    channel text NOT NULL,
    incident text NOT NULL,
    body text NOT NULL,
    created_at bigint NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due_at bigint NOT NULL,          -- of the next attempt
    delivered_at bigint,
    failed_at bigint,                -- given up
    outcome text                     -- of the last attempt
) WITH (fillfactor = 70);
CREATE INDEX delivery_due ON notify.delivery (due_at)
    WHERE delivered_at IS NULL AND failed_at IS NULL;
CREATE INDEX delivery_of_incident ON notify.delivery (community, incident);
