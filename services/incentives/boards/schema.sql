-- Boards of accounts with many members: an index over `balance`, which the fold makes again where it
-- is missing or out of step. A member's place in the order of a board is the pair of the score and
-- the complement of the token, ascending: of equal scores the smaller token is the higher.

-- What a board shows: the period that begins on the day `key`, how many stand on it, the scores' sum.
CREATE TABLE IF NOT EXISTS board (
    community integer NOT NULL,
    account smallint NOT NULL,
    period smallint NOT NULL,          -- 0 day 1 week 2 month 3 all
    key integer NOT NULL,
    members integer NOT NULL,
    total numeric NOT NULL,
    PRIMARY KEY (community, account, period)
) WITH (fillfactor = 50);

-- Runs of leaves, by the first place they may hold, and how many members are in each.
CREATE TABLE IF NOT EXISTS branch (
    community integer NOT NULL,
    account smallint NOT NULL,
    period smallint NOT NULL,
    low bigint NOT NULL,
    tie bigint NOT NULL,
    members integer NOT NULL,
    PRIMARY KEY (community, account, period, low, tie)
) WITH (fillfactor = 50);

-- Members in order, some tens in a leaf. `held` are pairs of token and score, 16 bytes each; a later
-- pair replaces an earlier one of the same token, and the lowest score there is takes it away.
CREATE TABLE IF NOT EXISTS leaf (
    community integer NOT NULL,
    account smallint NOT NULL,
    period smallint NOT NULL,
    low bigint NOT NULL,
    tie bigint NOT NULL,
    members integer NOT NULL,
    held bytea STORAGE PLAIN NOT NULL,
    PRIMARY KEY (community, account, period, low, tie)
) WITH (fillfactor = 60);
