-- The days (or weeks) that members have marked, each once. A streak at any past is read off these.
CREATE TABLE IF NOT EXISTS streak_mark (
    community integer NOT NULL,
    streak smallint NOT NULL,
    "offset" bigint NOT NULL,
    member bigint NOT NULL,
    at bigint NOT NULL,
    unit integer NOT NULL              -- local day, or week, counted from 1970
);
CREATE INDEX IF NOT EXISTS streak_mark_member ON streak_mark (community, member, streak, unit);
