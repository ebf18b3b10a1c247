-- name: hold
-- Nobody else works on a community's shadow; held by the session.
SELECT pg_advisory_lock(hashtext('incentives.shadow'), $1::int);

-- name: try_hold
-- The same, where nobody holds it.
SELECT pg_try_advisory_lock(hashtext('incentives.shadow'), $1::int);

-- name: let_go
-- Whoever waits may work on it.
SELECT pg_advisory_unlock(hashtext('incentives.shadow'), $1::int);

-- name: drafts
-- The shadows there are.
SELECT community FROM shadow.draft ORDER BY community;

-- name: draft
-- One of them.
SELECT version, started_at, started_by, document FROM shadow.draft WHERE community = $1;

-- name: put_draft
-- Begin one, or begin it anew.
INSERT INTO shadow.draft (community, version, started_at, started_by, document)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (community) DO UPDATE
SET version = excluded.version, started_at = excluded.started_at,
    started_by = excluded.started_by, document = excluded.document;

-- name: made_by
-- Its tables were made anew, by this version.
UPDATE shadow.draft SET version = $2 WHERE community = $1;

-- name: drop_draft
-- End one.
DELETE FROM shadow.draft WHERE community = $1 RETURNING community;

-- name: position
-- How far it has followed; nothing at the beginning. Looks at the shadow's schema.
SELECT next, log_time, raised FROM "{schema}".shadow_position;

-- name: put_position
-- How far it has followed.
INSERT INTO shadow_position (one, next, log_time, raised) VALUES (true, $1, $2, $3)
ON CONFLICT (one) DO UPDATE
SET next = excluded.next, log_time = excluded.log_time, raised = excluded.raised;

-- name: tables
-- The tables of a schema.
SELECT relname AS "table" FROM pg_class
WHERE relnamespace = $1::text::regnamespace AND relkind = 'r' AND relpersistence = 'p';
