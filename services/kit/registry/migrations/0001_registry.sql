-- What exists: communities and where in the log they live, platform connections, open imports.
CREATE SCHEMA IF NOT EXISTS hearth;

CREATE TABLE hearth.communities (
    community integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    partition integer NOT NULL,      -- recorded, never derived: partitions can be added later
    name text NOT NULL,
    type text NOT NULL,
    time_zone text NOT NULL,
    created_at bigint NOT NULL
);

CREATE TABLE hearth.sources (
    community integer NOT NULL REFERENCES hearth.communities,
    name text NOT NULL,
    platform text NOT NULL,
    settings bytea NOT NULL,         -- sealed JSON: secrets and what else the platform needs
    changed_at bigint NOT NULL,
    PRIMARY KEY (community, name)
);

CREATE TABLE hearth.imports (
    community integer NOT NULL REFERENCES hearth.communities,
    import text NOT NULL,
    source text,                     -- null: whatever source
    started_at bigint NOT NULL,
    PRIMARY KEY (community, import)
);
