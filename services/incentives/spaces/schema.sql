-- Every change of a member's access to a graded space. The last one up to a time says what it was.
CREATE TABLE IF NOT EXISTS access_change (
    community integer NOT NULL,
    grade smallint NOT NULL,
    why smallint NOT NULL,             -- 0 granted; revoked: 1 needs 2 level 3 badges 4 role 5 after
                                       -- 6 left 7 policy
    n integer NOT NULL,                -- counts the changes of the member and grade
    "offset" bigint NOT NULL,          -- position of the event, or of what showed that time passed
    member bigint NOT NULL,
    at bigint NOT NULL,
    by_time boolean NOT NULL           -- the position is of some record, not of a cause
);
CREATE INDEX IF NOT EXISTS access_change_member ON access_change (community, member, grade, n);
CREATE INDEX IF NOT EXISTS access_change_grade ON access_change (community, grade, member, n);
