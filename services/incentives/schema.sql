-- The tables of one generation of `incentives`. Instants are microseconds since 1970 UTC, days are
-- local days since 1970-01-01, members are tokens. Names that a policy uses are numbered by `word`.
-- Columns stand wide ones first where they can, so that rows need no padding.

CREATE TABLE word (
    community integer NOT NULL,
    word smallint NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (community, word)
);

-- Every change of an account, for ever. Entries with equal subject and key are undone together.
CREATE TABLE ledger (
    community integer NOT NULL,
    n smallint NOT NULL,               -- counts the entries of one event; below 0: by time alone
    account smallint NOT NULL,
    "offset" bigint NOT NULL,          -- position of the event
    member bigint NOT NULL,
    at bigint NOT NULL,                -- event time
    asked bigint NOT NULL,
    granted bigint NOT NULL,
    balance bigint NOT NULL,           -- after it
    rule smallint NOT NULL,
    limited_by smallint,               -- a cap's word, or the floor's
    why smallint NOT NULL,             -- 0 granted 1 undone 2 removed 3 restored 4 refilled 5 reduced
                                       -- 6 spent 7 expired 8 returned 9 passed 10 refused
                                       -- 11 decayed 12 reversed 13 reinstated
    version integer NOT NULL,          -- of the policy that judged it
    about_offset bigint,               -- the entry that this one amends
    about_n smallint,
    subject bytea,                     -- 16 bytes: the post or order it is about
    key bigint                         -- which of the causes with this subject
);
CREATE INDEX ledger_event ON ledger (community, "offset");
CREATE INDEX ledger_member ON ledger (community, member, at);
-- Without the key, so that the entries about one post share a place in it.
CREATE INDEX ledger_subject ON ledger (community, subject) WHERE subject IS NOT NULL;
CREATE INDEX ledger_at ON ledger USING brin (at) WITH (pages_per_range = 16);

CREATE TABLE home (
    community integer PRIMARY KEY,
    partition integer NOT NULL
);

CREATE TABLE member (
    community integer NOT NULL,
    member bigint NOT NULL,
    since bigint NOT NULL,             -- event time of the first event that named the member
    since_offset bigint NOT NULL,
    check_day integer,                 -- local day on which a level may be lost by time alone
    state bytea NOT NULL,              -- counts, cap use, roles, levels: see `Member.packed`
    PRIMARY KEY (community, member)
) WITH (fillfactor = 70);
CREATE INDEX member_check ON member (community, check_day) WHERE check_day IS NOT NULL;

-- Use of a cap in windows so long ago that the member's state no longer holds them.
CREATE TABLE past_cap (
    community integer NOT NULL,
    cap smallint NOT NULL,
    window_start integer NOT NULL,
    member bigint NOT NULL,
    used bigint NOT NULL,
    PRIMARY KEY (community, member, cap, window_start)
);

-- One account of one member: balance and what changed in the latest day, week and month with a
-- change. Nothing that changes is in an index, so that an update rewrites the row and no more.
CREATE TABLE balance (
    community integer NOT NULL,
    account smallint NOT NULL,
    member bigint NOT NULL,
    "all" bigint NOT NULL,
    earned bigint NOT NULL,
    "day" bigint NOT NULL,
    "week" bigint NOT NULL,
    "month" bigint NOT NULL,
    day_key integer NOT NULL,
    week_key integer NOT NULL,
    month_key integer NOT NULL,
    PRIMARY KEY (community, account, member)
) WITH (fillfactor = 70);

CREATE TABLE content (
    community integer NOT NULL,
    subject bytea NOT NULL,            -- 16 bytes of its id
    author bigint,
    "offset" bigint NOT NULL,          -- position of the action that made it; -1: not made yet
    views bigint NOT NULL,
    changed bigint NOT NULL,           -- position of the last change of removed or owned; or -1
    kind text NOT NULL,
    made text NOT NULL,                -- the action type that made it
    removed boolean NOT NULL,
    owned boolean NOT NULL,            -- by the community: nobody earns by it
    tallies bytea NOT NULL,            -- reactions by kind, and the badges it has earned
    PRIMARY KEY (community, subject)
) WITH (fillfactor = 85);

CREATE TABLE level_history (
    community integer NOT NULL,
    ladder smallint NOT NULL,
    rank smallint NOT NULL,            -- from 0
    was smallint NOT NULL,
    "offset" bigint NOT NULL,          -- position of the event; -1: a day that began
    member bigint NOT NULL,
    at bigint NOT NULL
);
CREATE INDEX level_history_member ON level_history (community, member, ladder, at);

CREATE TABLE award (
    community integer NOT NULL,
    badge smallint NOT NULL,
    "offset" bigint NOT NULL,
    member bigint NOT NULL,
    at bigint NOT NULL,
    subject bytea NOT NULL             -- the post it was earned with, or empty
);
CREATE INDEX award_member ON award (community, member, "offset");

CREATE TABLE role_history (
    community integer NOT NULL,
    "offset" bigint NOT NULL,
    member bigint NOT NULL,
    at bigint NOT NULL,
    until bigint NOT NULL,             -- 0: ended
    role text NOT NULL
);
CREATE INDEX role_history_member ON role_history (community, member, "offset");
