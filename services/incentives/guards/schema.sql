-- What was held, and what became of it: a row each time. Pending is whose last row is 0 or 3.
CREATE TABLE IF NOT EXISTS held (
    community integer NOT NULL,
    account smallint NOT NULL,
    "offset" bigint NOT NULL,          -- position of the event that changed it
    at bigint NOT NULL,
    member bigint NOT NULL,
    about_offset bigint NOT NULL,      -- the ledger's entry
    about_n smallint NOT NULL,
    state smallint NOT NULL,           -- 0 held 1 undone 2 removed 3 restored 9 passed 10 refused
    rule smallint NOT NULL,
    guard smallint NOT NULL,
    asked bigint NOT NULL,
    due bigint NOT NULL,               -- log time at which it passes by itself
    giver bigint,
    between bigint[] NOT NULL,         -- the others of a ring
    name text NOT NULL
);
CREATE INDEX IF NOT EXISTS held_member ON held (community, member);
CREATE INDEX IF NOT EXISTS held_name ON held (community, name);
CREATE INDEX IF NOT EXISTS held_entry ON held (community, about_offset, about_n);
