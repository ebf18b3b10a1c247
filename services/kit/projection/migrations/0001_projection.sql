-- Bookkeeping of projections: which generation is live, how far each partition is, what was
-- seen, what was concluded, what could not be folded.
CREATE SCHEMA IF NOT EXISTS projection;

CREATE TABLE projection.generations (
    projection text NOT NULL,
    generation integer NOT NULL,     -- its tables are in schema <projection>_<generation>
    version integer NOT NULL,
    live boolean NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (projection, generation)
);
CREATE UNIQUE INDEX one_live_generation ON projection.generations (projection) WHERE live;

CREATE TABLE projection.progress (
    projection text NOT NULL,
    generation integer NOT NULL,
    partition integer NOT NULL,
    next bigint NOT NULL,            -- the first offset not yet folded
    epoch bigint NOT NULL,           -- the fence: raised by whoever takes the partition over
    log_time bigint NOT NULL,
    PRIMARY KEY (projection, generation, partition)
) WITH (fillfactor = 50);

-- Of every generation alike: a rebuild takes the refusals of the live one.
CREATE TABLE projection.duplicates (
    projection text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    conflicting boolean NOT NULL,    -- the same id with another body
    PRIMARY KEY (projection, partition, "offset")
);

CREATE TABLE projection.dead_letters (
    projection text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    community integer,
    type text NOT NULL,
    reason text NOT NULL,            -- undecodable, unknown_community, fold, write
    detail text NOT NULL,
    at bigint NOT NULL,              -- log time
    retried_at bigint,               -- offset of the retry that folded it
    PRIMARY KEY (projection, partition, "offset")
);

CREATE TABLE projection.facts (
    projection text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,        -- of the record that led to it
    n integer NOT NULL,              -- among the facts of that record
    community integer NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    at bigint NOT NULL,              -- event time
    data text NOT NULL,              -- JSON; members are tokens
    PRIMARY KEY (projection, partition, "offset", n)
);
CREATE INDEX facts_of_community ON projection.facts (community, projection, "offset", n);

CREATE TABLE projection.relays (
    projection text NOT NULL,
    partition integer NOT NULL,
    relay text NOT NULL,             -- facts or dead_letters
    "offset" bigint NOT NULL,        -- of the last one exported
    n integer NOT NULL,
    PRIMARY KEY (projection, partition, relay)
);

CREATE TABLE projection.verifications (
    projection text NOT NULL,
    community integer NOT NULL,
    at bigint NOT NULL,              -- wall clock
    next bigint NOT NULL,            -- the position the comparison was made at
    different text[] NOT NULL,       -- tables that did not agree; empty is well
    PRIMARY KEY (projection, community)
);
