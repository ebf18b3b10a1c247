-- Orders that took back what members had earned: a row for each part and for its undoing, which
-- nothing changes. Entries with equal names are one order.
CREATE TABLE IF NOT EXISTS reversal (
    community integer NOT NULL,
    state smallint NOT NULL,           -- 0 ordered 1 undone
    entries integer NOT NULL,          -- how many entries it is about
    "offset" bigint NOT NULL,          -- position of the action
    part bigint NOT NULL,              -- that of the part; of an order its own
    at bigint NOT NULL,                -- when it was ordered
    member bigint NOT NULL,
    name text NOT NULL,
    taken text NOT NULL,               -- JSON: account -> what the member has more by it, or less
    told text NOT NULL                 -- JSON: what was asked for, why, and by whom
);
CREATE INDEX IF NOT EXISTS reversal_name ON reversal (community, name);
CREATE INDEX IF NOT EXISTS reversal_offset ON reversal (community, "offset");

-- The entries that they are about; the last row of an entry says whether it is taken back.
CREATE TABLE IF NOT EXISTS reversed (
    community integer NOT NULL,
    state smallint NOT NULL,           -- as above
    about_n smallint NOT NULL,         -- the ledger's entry
    "offset" bigint NOT NULL,
    about_offset bigint NOT NULL,
    granted bigint NOT NULL,
    lots bytea NOT NULL                -- msgpack: [day, amount] ... that it came out of
);
CREATE INDEX IF NOT EXISTS reversed_entry ON reversed (community, about_offset, about_n);
CREATE INDEX IF NOT EXISTS reversed_offset ON reversed (community, "offset");
