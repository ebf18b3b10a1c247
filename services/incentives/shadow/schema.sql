-- Beside the tables of a shadow: how far it has followed. In no write-ahead log like the others, so
-- that a crash of the server empties all of them together and the shadow begins again.
CREATE UNLOGGED TABLE shadow_position (
    one boolean PRIMARY KEY CHECK (one),
    next bigint NOT NULL,
    log_time bigint NOT NULL,
    raised integer NOT NULL
);
