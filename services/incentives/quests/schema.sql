-- What became of members' quests: each start, each step forward, each end. Progress is read off these.
CREATE TABLE IF NOT EXISTS quest_mark (
    community integer NOT NULL,
    quest smallint NOT NULL,
    what smallint NOT NULL,            -- 0 started 1 a step forward 2 completed 3 expired
    "offset" bigint NOT NULL,
    member bigint NOT NULL,
    at bigint NOT NULL,
    number bigint NOT NULL,            -- 0: when it expires, or 0; 1: how much there is of the step
    step smallint NOT NULL
);
CREATE INDEX IF NOT EXISTS quest_mark_member ON quest_mark (community, member, "offset");
