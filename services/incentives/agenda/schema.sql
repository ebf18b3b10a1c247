-- When something becomes due for a member by log time alone; rows that were due are deleted.
CREATE TABLE IF NOT EXISTS agenda (
    community integer NOT NULL,
    due bigint NOT NULL,
    member bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS agenda_due ON agenda (due);
