-- Drafts of policies that somebody approved of, by the key that said so.
CREATE TABLE hearth.approvals (
    community integer NOT NULL REFERENCES hearth.communities,
    document text NOT NULL,          -- digest
    key text NOT NULL,               -- id of the key
    name text NOT NULL,              -- of the key, as it was then
    at bigint NOT NULL,
    PRIMARY KEY (community, document, key)
);
