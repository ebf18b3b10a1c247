-- What both projections know of a community: its time zone over time and its policy's versions.
-- Part of each projection's generation.
CREATE TABLE community (
    community integer PRIMARY KEY,
    zones text NOT NULL,             -- JSON: [[from, name], ...] ascending
    started boolean NOT NULL         -- whether a member has acted
);

CREATE TABLE policy_version (
    community integer NOT NULL,
    version integer NOT NULL,
    part integer NOT NULL,           -- 0, and one more for each dated part of the document
    effective_from bigint NOT NULL,
    published_at bigint NOT NULL,
    "offset" bigint NOT NULL,
    document text NOT NULL,          -- JSON, dated part applied
    PRIMARY KEY (community, version, part)
);
