-- How many of an action there were in a community on a local day, of the actions that a level asks
-- a share of.
CREATE TABLE IF NOT EXISTS community_total (
    community integer NOT NULL,
    counter smallint NOT NULL,
    day integer NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (community, counter, day)
);
