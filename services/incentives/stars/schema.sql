-- Periods that are open: what happens in them still counts for a star. Deleted when they close.
CREATE TABLE IF NOT EXISTS star_open (
    community integer NOT NULL,
    per smallint NOT NULL,             -- 1 week 2 month
    first integer NOT NULL             -- its first local day
);

-- What balances no longer tell of an open period: of who went on to a later one what the period had
-- brought until then, and what has come late. Added up; deleted when the period closes.
CREATE TABLE IF NOT EXISTS star_aside (
    community integer NOT NULL,
    per smallint NOT NULL,
    account smallint NOT NULL,
    first integer NOT NULL,
    member bigint NOT NULL,
    score bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS star_aside_period ON star_aside (community, per, first, account);

-- Stars, for ever.
CREATE TABLE IF NOT EXISTS star (
    community integer NOT NULL,
    per smallint NOT NULL,
    star smallint NOT NULL,            -- a word: star:<name>
    first integer NOT NULL,            -- first local day of the period
    rank integer NOT NULL,             -- from 1; equals share one
    "offset" bigint NOT NULL,          -- position of the record that showed it
    member bigint NOT NULL,
    at bigint NOT NULL,                -- when the period was closed
    begins bigint NOT NULL,            -- of the period, as instants
    ends bigint NOT NULL,
    score bigint NOT NULL,
    account text NOT NULL
);
CREATE INDEX IF NOT EXISTS star_period ON star (community, at, star);
CREATE INDEX IF NOT EXISTS star_member ON star (community, member, at);

-- What came after a period was closed and would have changed a star's score.
CREATE TABLE IF NOT EXISTS star_correction (
    community integer NOT NULL,
    star smallint NOT NULL,
    first integer NOT NULL,
    "offset" bigint NOT NULL,
    member bigint NOT NULL,
    at bigint NOT NULL,
    change bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS star_correction_member ON star_correction (community, member, star, first);
