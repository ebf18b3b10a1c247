-- What was said of members beside what they do: labels, and the answers they gave.
CREATE TABLE IF NOT EXISTS attribute (
    community integer NOT NULL,
    "offset" bigint NOT NULL,
    member bigint NOT NULL,
    at bigint NOT NULL,
    name text NOT NULL,
    value text NOT NULL                -- empty: taken away
);
CREATE INDEX IF NOT EXISTS attribute_member ON attribute (community, member, name);
