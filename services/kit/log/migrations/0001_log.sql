-- The log in PostgreSQL. One row holds what was written together, so that an append of a thousand
-- records costs one row; `log.records` shows them one by one.
CREATE SCHEMA log;

CREATE TABLE log.topics (
    id         smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    partitions integer NOT NULL
);

-- Locked by an append until it commits: offsets are gap-free and become visible in order.
CREATE TABLE log.heads (
    topic     smallint NOT NULL REFERENCES log.topics (id),
    partition integer NOT NULL,
    beginning bigint NOT NULL DEFAULT 0,
    next      bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 20);

CREATE TABLE log.writes (
    topic     smallint NOT NULL,
    partition integer NOT NULL,
    following bigint NOT NULL, -- the offset after the last record
    first     bigint NOT NULL, -- the offset of the first
    keys      bytea[] NOT NULL,
    contents  bytea[] NOT NULL,
    PRIMARY KEY (topic, partition, following)
);
-- PostgreSQL's own compression would cost more than all the rest of an append.
ALTER TABLE log.writes ALTER contents SET STORAGE EXTERNAL;

CREATE VIEW log.records AS
SELECT t.name AS topic, w.partition, w.first + r.place - 1 AS "offset", r.key, r.value
FROM log.writes w
JOIN log.topics t ON t.id = w.topic
CROSS JOIN LATERAL unnest(w.keys, w.contents) WITH ORDINALITY AS r (key, value, place);

-- Members of consumer groups. One that does not renew before `expires` loses what it holds.
CREATE TABLE log.members (
    topic    smallint NOT NULL REFERENCES log.topics (id),
    consumer text NOT NULL,
    member   text NOT NULL,
    session  interval NOT NULL,
    expires  timestamptz NOT NULL,
    PRIMARY KEY (topic, consumer, member)
) WITH (fillfactor = 50);

CREATE TABLE log.leases (
    topic     smallint NOT NULL,
    consumer  text NOT NULL,
    partition integer NOT NULL,
    member    text NOT NULL,
    PRIMARY KEY (topic, consumer, partition),
    FOREIGN KEY (topic, consumer, member) REFERENCES log.members ON DELETE CASCADE
);

-- What consumers say of their progress, for looking at; it decides nothing.
CREATE TABLE log.reported (
    topic     smallint NOT NULL,
    consumer  text NOT NULL,
    partition integer NOT NULL,
    following bigint NOT NULL,
    PRIMARY KEY (topic, consumer, partition)
) WITH (fillfactor = 50);
