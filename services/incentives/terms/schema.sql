-- What became of the terms of roles: a row each time. The last one of a term says what it is.
CREATE TABLE IF NOT EXISTS term (
    community integer NOT NULL,
    n integer NOT NULL,                -- counts the terms of a member
    what smallint NOT NULL,            -- 0 planned 1 began 2 ended
    why smallint NOT NULL,             -- 0 not ended 1 over 2 given back 3 replaced 4 left
    "offset" bigint NOT NULL,          -- position of the event, or of what showed that time passed
    member bigint NOT NULL,
    at bigint NOT NULL,
    begins bigint NOT NULL,
    ends bigint NOT NULL,              -- as it was known then; 2^62: open
    role text NOT NULL,
    space text,
    by_time boolean NOT NULL
);
CREATE INDEX IF NOT EXISTS term_member ON term (community, member, n, what);
CREATE INDEX IF NOT EXISTS term_began ON term (community, begins);
