-- Badges that were given out as signed credentials: each has a place in its community's status lists.
CREATE TABLE hearth.credentials (
    community integer NOT NULL,
    n integer NOT NULL,              -- its place
    member bigint NOT NULL,          -- token
    badge text NOT NULL,
    position bigint NOT NULL,        -- of the award in the log
    PRIMARY KEY (community, n),
    UNIQUE (community, member, badge, position)
);
