-- Who relies on what it knows of open imports, so that a change can wait for them.
CREATE TABLE hearth.import_changes (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    count bigint NOT NULL            -- how often imports were opened and closed
);
INSERT INTO hearth.import_changes (count) VALUES (0);

CREATE TABLE hearth.import_watchers (
    process text PRIMARY KEY,
    known bigint NOT NULL            -- the changes it knows of
);
