-- The tables of one generation of `alerts`. Instants are microseconds since 1970 UTC, days are
-- local days since 1970-01-01, space 0 is the whole community (or no space named).

-- How far a community is: its watermark, its closed days, its timers.
CREATE TABLE head (
    community integer PRIMARY KEY,
    partition integer NOT NULL,
    slug text NOT NULL,
    live boolean NOT NULL,           -- whether a member acted that was not imported
    seen bigint NOT NULL,            -- greatest min(event time, arrival)
    arrived bigint NOT NULL,         -- arrival of the last event
    first_day integer NOT NULL,
    closed_day integer NOT NULL,     -- the last closed local day
    close_at bigint NOT NULL,        -- the watermark at which the next day closes
    idle bigint NOT NULL,            -- silence after which the clock closes days
    deadline bigint NOT NULL,        -- log time of the next deadline of an incident
    recheck bigint NOT NULL          -- log time at which rules look at late data
) WITH (fillfactor = 60);

CREATE TABLE space (
    community integer NOT NULL,
    space integer NOT NULL,
    name text NOT NULL,
    last_message bigint NOT NULL,
    PRIMARY KEY (community, space)
) WITH (fillfactor = 60);

CREATE TABLE role (
    community integer NOT NULL,
    member bigint NOT NULL,
    role text NOT NULL,
    since bigint NOT NULL,
    until bigint NOT NULL,
    PRIMARY KEY (community, member, role)
);

-- Regular members by joining, leaving and acting.
CREATE TABLE presence (
    community integer NOT NULL,
    member bigint NOT NULL,
    since bigint NOT NULL,           -- present since; below zero: gone since -1 - since
    PRIMARY KEY (community, member)
);

CREATE TABLE census (
    community integer NOT NULL,
    at bigint NOT NULL,
    present bigint NOT NULL,
    PRIMARY KEY (community, at)
);

-- Counters. span 0 minute (bucket: minutes since 1970), 1 hour (bucket: the minute it begins),
-- 2 local day.
CREATE TABLE tally (
    community integer NOT NULL,
    span smallint NOT NULL,
    bucket integer NOT NULL,
    space integer NOT NULL,
    counter text COLLATE "C" NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (community, span, space, bucket, counter)
) WITH (fillfactor = 80);

-- What came after its window had closed.
CREATE TABLE correction (
    community integer NOT NULL,
    span smallint NOT NULL,
    bucket integer NOT NULL,
    space integer NOT NULL,
    counter text COLLATE "C" NOT NULL,
    delta bigint NOT NULL,
    changes integer NOT NULL,
    last_at bigint NOT NULL,         -- log time of the last change
    PRIMARY KEY (community, span, space, bucket, counter)
);

-- Regular members by day and space: in which hours of the day (bits) they were active, spoke.
CREATE TABLE member_day (
    community integer NOT NULL,
    day integer NOT NULL,
    member bigint NOT NULL,
    space integer NOT NULL,
    active integer NOT NULL,
    spoke integer NOT NULL,
    PRIMARY KEY (community, day, member, space)
) WITH (fillfactor = 80);

CREATE TABLE message (
    community integer NOT NULL,
    post bigint NOT NULL,            -- 64 bits of a hash of the post's id
    at bigint NOT NULL,
    space integer NOT NULL,
    member bigint,
    kind text COLLATE "C" NOT NULL,
    regular boolean NOT NULL,
    guessed boolean NOT NULL,
    PRIMARY KEY (community, post)
);

CREATE TABLE rule_state (
    community integer NOT NULL,
    rule text COLLATE "C" NOT NULL,
    space integer NOT NULL,
    state text NOT NULL,
    since bigint NOT NULL,
    document text NOT NULL,          -- JSON: cause, why, measure, threshold, sample ...
    PRIMARY KEY (community, rule, space)
) WITH (fillfactor = 60);

CREATE TABLE rule_change (
    community integer NOT NULL,
    rule text COLLATE "C" NOT NULL,
    space integer NOT NULL,
    n integer NOT NULL,
    at bigint NOT NULL,              -- event time of what was judged
    log_time bigint NOT NULL,
    was text NOT NULL,
    state text NOT NULL,
    cause text NOT NULL,
    why text NOT NULL,
    correction boolean NOT NULL,     -- late data caused it
    PRIMARY KEY (community, rule, space, n)
);

-- What a spike rule remembers.
CREATE TABLE watch (
    community integer NOT NULL,
    rule text COLLATE "C" NOT NULL,
    space integer NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (community, rule, space)
) WITH (fillfactor = 60);

CREATE TABLE incident (
    community integer NOT NULL,
    incident text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    space integer NOT NULL,
    state text NOT NULL,
    priority smallint NOT NULL,
    detected_at bigint NOT NULL,
    document text NOT NULL,          -- JSON of the whole incident
    PRIMARY KEY (community, incident)
) WITH (fillfactor = 60);
CREATE INDEX incident_by_time ON incident (community, detected_at DESC, incident);
CREATE UNIQUE INDEX one_open_episode ON incident (community, rule, space) WHERE state <> 'resolved';

-- Orders that no longer fitted when they came round.
CREATE TABLE refusal (
    community integer NOT NULL,
    event bytea NOT NULL,
    at bigint NOT NULL,
    type text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (community, event)
);
