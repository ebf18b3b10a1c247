-- What has become of redemptions: a row for each step, none is ever changed. The first row of a
-- redemption says what was paid; how many of a reward are taken stands in the last row that tells.
CREATE TABLE IF NOT EXISTS redemption (
    community integer NOT NULL,
    state smallint NOT NULL,           -- 0 redeemed 1 granted 2 fulfilled 3 cancelled 4 used
    reward smallint NOT NULL,          -- a word: reward:<name>
    last_day integer,                  -- the last local day on which it is worth something
    "offset" bigint NOT NULL,
    member bigint NOT NULL,
    at bigint NOT NULL,
    taken bigint,                      -- of this reward after this; only of what moves the stock
    id bytea NOT NULL,                 -- 16 bytes of its name
    name text NOT NULL,
    code text,
    paid bytea NOT NULL                -- msgpack: [account, amount, [[day, amount] ...]] ...
);
CREATE INDEX IF NOT EXISTS redemption_id ON redemption (community, id, "offset");
CREATE INDEX IF NOT EXISTS redemption_member ON redemption (community, member, at);
CREATE INDEX IF NOT EXISTS redemption_taken ON redemption (community, reward, "offset")
    WHERE taken IS NOT NULL;
CREATE INDEX IF NOT EXISTS redemption_code ON redemption (community, code)
    WHERE code IS NOT NULL AND state <= 1;

-- Orders about redemptions that no longer fitted when they came round in the log.
CREATE TABLE IF NOT EXISTS reward_refusal (
    community integer NOT NULL,
    "offset" bigint NOT NULL,
    at bigint NOT NULL,
    type text NOT NULL,
    name text NOT NULL,
    why text NOT NULL
);
