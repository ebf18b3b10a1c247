-- What was last said to the log about each community, so that saying it again appends nothing.
CREATE SCHEMA IF NOT EXISTS hearth;

CREATE TABLE hearth.announced (
    community integer PRIMARY KEY REFERENCES hearth.communities,
    number integer NOT NULL,         -- how often something was said; part of the actions' ids
    settings text NOT NULL,          -- digest of name, type and time zone; empty: never said
    policy text NOT NULL,            -- digest of the document last published; empty: none
    "position" bigint NOT NULL       -- of the last of it in the log
);
