-- Members who are to be forgotten, or are. The id is gone from hearth.members as soon as a row is
-- here; the key is kept until what was decided of the texts is in the log, and then gone too.
CREATE TABLE hearth.erasures (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    erasure text NOT NULL UNIQUE,
    community integer NOT NULL,
    token bigint NOT NULL UNIQUE,
    subject bytea,                   -- keyed digest of the id; null where only the log told of it
    key bytea,                       -- AES-128; null once destroyed
    partition integer NOT NULL,
    cut bigint NOT NULL,             -- texts from this offset on are opened by nobody
    ordered_at bigint NOT NULL,
    ordered_by text NOT NULL,
    receipt text                     -- JSON, signed
);
CREATE INDEX erasures_of ON hearth.erasures (community, subject);
CREATE INDEX erasures_open ON hearth.erasures (n) WHERE key IS NOT NULL;

-- What folds had decided of texts that nobody can open any more. Of every generation alike. The
-- log has it too, but later than a replay needs it: `hearth members restore` fills this from there.
CREATE TABLE hearth.verdicts (
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    said text NOT NULL,              -- JSON: name of the decision -> what was decided
    PRIMARY KEY (partition, "offset")
);
