-- The anniversaries that came round.
CREATE TABLE IF NOT EXISTS anniversary (
    community integer NOT NULL,
    number integer NOT NULL,           -- of days, or of years
    "offset" bigint NOT NULL,          -- position of what showed that time had passed
    member bigint NOT NULL,
    at bigint NOT NULL,
    yearly boolean NOT NULL
);
CREATE INDEX IF NOT EXISTS anniversary_member ON anniversary (community, member, at);
