-- What tiers are judged by, and what became of members. Days are local days since 1970-01-01.
CREATE TABLE IF NOT EXISTS tier_order (
    community integer NOT NULL,
    day integer NOT NULL,
    member bigint NOT NULL,
    amount bigint NOT NULL,            -- in minor units
    "offset" bigint NOT NULL,
    discounted boolean NOT NULL,       -- with a coupon or in a campaign
    subject bytea NOT NULL             -- 16 bytes: the order
);
CREATE INDEX IF NOT EXISTS tier_order_day ON tier_order (community, day);

CREATE TABLE IF NOT EXISTS tier_refund (
    community integer NOT NULL,
    day integer NOT NULL,
    amount bigint,                     -- null: all of it
    "offset" bigint NOT NULL,
    subject bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS tier_refund_day ON tier_refund (community, day);

CREATE TABLE IF NOT EXISTS tier_day (
    community integer NOT NULL,
    day integer NOT NULL,
    member bigint NOT NULL,
    seen integer NOT NULL,             -- whatever it did, or just came
    acts integer NOT NULL,
    contributions integer NOT NULL,    -- posts, replies, questions, answers
    received integer NOT NULL,         -- likes and replies
    attended integer NOT NULL,
    PRIMARY KEY (community, day, member)
) WITH (fillfactor = 70);

-- Who answered or liked a member, and when last.
CREATE TABLE IF NOT EXISTS tier_pair (
    community integer NOT NULL,
    day integer NOT NULL,
    author bigint NOT NULL,
    giver bigint NOT NULL,
    PRIMARY KEY (community, author, giver)
) WITH (fillfactor = 70);

-- The local day with whose beginning a community is judged next.
CREATE TABLE IF NOT EXISTS tier_close (
    community integer PRIMARY KEY,
    day integer NOT NULL
);

-- Tier, stage and persona of each member as of the last close.
CREATE TABLE IF NOT EXISTS tier_now (
    community integer NOT NULL,
    member bigint NOT NULL,
    tier smallint NOT NULL,            -- 0 ordinary 1 potential 2 active 3 core
    stage smallint NOT NULL,           -- 0 awareness 1 interest 2 decision 3 loyalty 4 at risk 5 lost
    persona smallint NOT NULL,         -- 0 none 1 price hunter 2 quality 3 experience
    PRIMARY KEY (community, member)
) WITH (fillfactor = 70);

-- Each change of these, with the figures behind it.
CREATE TABLE IF NOT EXISTS tier_history (
    community integer NOT NULL,
    day integer NOT NULL,              -- the local day that began
    member bigint NOT NULL,
    at bigint NOT NULL,                -- when it began
    frequency bigint NOT NULL,         -- orders, or contributions
    money bigint NOT NULL,             -- paid, or received
    interaction bigint NOT NULL,
    influence bigint NOT NULL,
    scored integer NOT NULL,           -- how many were scored for value
    recency integer,                   -- days from the last order, or contribution, to the closed day
    tier smallint NOT NULL,
    stage smallint NOT NULL,
    persona smallint NOT NULL,
    recency_score smallint NOT NULL,   -- scores 1 to 5; 0: nothing to score
    frequency_score smallint NOT NULL,
    money_score smallint NOT NULL,
    interaction_score smallint NOT NULL,
    influence_score smallint NOT NULL,
    commerce boolean NOT NULL          -- whether value was judged by orders
);
CREATE INDEX IF NOT EXISTS tier_history_member ON tier_history (community, member, at);
