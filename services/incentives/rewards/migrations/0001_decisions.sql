-- Redemptions that were decided: each row is the hold on points and stock, and in the outbox the
-- action that tells the log of it. A hold counts until the projection has folded the action.
CREATE SCHEMA IF NOT EXISTS rewards;

CREATE TABLE rewards.decision (
    community integer NOT NULL,
    redemption text NOT NULL,
    member bigint NOT NULL,          -- token
    reward text NOT NULL,
    costs text NOT NULL,             -- JSON: account -> amount
    code text,
    valid_until text,                -- a local day
    decided_at bigint NOT NULL,
    partition integer NOT NULL,
    key bytea NOT NULL,              -- of the log's entry
    value bytea NOT NULL,            -- the encoded action
    position bigint,                 -- where the log has it; null: nobody has heard so yet
    PRIMARY KEY (community, redemption)
);
CREATE INDEX decision_position ON rewards.decision (community, position);
CREATE INDEX decision_unsent ON rewards.decision (decided_at) WHERE position IS NULL;
