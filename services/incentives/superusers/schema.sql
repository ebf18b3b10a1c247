-- What regular members paid, and what was paid back; of the currency that the policy counts.
CREATE TABLE IF NOT EXISTS purchase (
    community integer NOT NULL,
    "offset" bigint NOT NULL,
    at bigint NOT NULL,
    amount bigint,                     -- in minor units; null: all of it is paid back
    member bigint,                     -- who paid
    subject bytea NOT NULL,            -- 16 bytes: the order
    paid boolean NOT NULL              -- else paid back
);
CREATE INDEX IF NOT EXISTS purchase_at ON purchase (community, at) WHERE paid;
CREATE INDEX IF NOT EXISTS purchase_back ON purchase (community, subject) WHERE NOT paid;

-- Who replied to a member or reacted, and took a reaction back; regular members among themselves.
CREATE TABLE IF NOT EXISTS response (
    community integer NOT NULL,
    step smallint NOT NULL,            -- 1, or -1
    "offset" bigint NOT NULL,
    at bigint NOT NULL,
    author bigint NOT NULL,
    giver bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS response_at ON response (community, at);

-- Who was taken into programmes, and who left them.
CREATE TABLE IF NOT EXISTS enrolment (
    community integer NOT NULL,
    n integer NOT NULL,                -- counts the changes of the member
    "offset" bigint NOT NULL,
    at bigint NOT NULL,
    member bigint NOT NULL,
    adviser bigint,
    since bigint NOT NULL,             -- when the member was taken in
    enrolled boolean NOT NULL,
    programme text NOT NULL
);
CREATE INDEX IF NOT EXISTS enrolment_member ON enrolment (community, programme, member, n);
