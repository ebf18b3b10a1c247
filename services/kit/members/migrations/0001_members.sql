-- Who a token is. The log knows members by token only; with the row here its key is gone, and
-- with the key all that was sealed under it, wherever the log was copied to.
CREATE SCHEMA IF NOT EXISTS hearth;

CREATE TABLE hearth.members (
    token bigint PRIMARY KEY,
    community integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    key bytea NOT NULL,              -- AES-128
    UNIQUE (community, id)
);
