-- Drafts that run in the shadow of the live policy, one of a community. Their tables lie in schemas
-- of their own, incentives_shadow_<community>, and go with the row.
CREATE SCHEMA IF NOT EXISTS shadow;

CREATE TABLE shadow.draft (
    community integer PRIMARY KEY,
    version integer NOT NULL,        -- of the projection that made the tables
    started_at bigint NOT NULL,
    started_by text NOT NULL,
    document text NOT NULL           -- JSON
);
