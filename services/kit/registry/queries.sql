-- name: communities
-- Every community.
SELECT community, slug, partition, name, type, time_zone, created_at FROM hearth.communities;

-- name: community
-- One community by its slug.
SELECT community, slug, partition, name, type, time_zone, created_at
FROM hearth.communities WHERE slug = $1;

-- name: community_by_key
-- One community by its number.
SELECT community, slug, partition, name, type, time_zone, created_at
FROM hearth.communities WHERE community = $1;

-- name: create
-- Place a new community on the partition that holds the fewest, or where the log has records of it
-- from before the registry knew it; nothing where the slug is taken.
INSERT INTO hearth.communities (slug, partition, name, type, time_zone, created_at)
SELECT $1, p, $3, $4, $5, $6
FROM generate_series(0, $2::int - 1) AS p
LEFT JOIN hearth.communities c ON c.partition = p
GROUP BY p
ORDER BY p IN (
    SELECT d.partition FROM projection.dead_letters d
    WHERE d.reason = 'unknown_community' AND d.detail = $1
) DESC, count(c.community), p LIMIT 1
ON CONFLICT (slug) DO NOTHING
RETURNING community;

-- name: change
-- Name, type and time zone of a community.
UPDATE hearth.communities SET name = $2, type = $3, time_zone = $4 WHERE slug = $1;

-- name: announce
-- Tell every process to forget what it knows of a community.
SELECT pg_notify('hearth_registry', $1);

-- name: source
-- A platform connection.
SELECT platform, settings FROM hearth.sources WHERE community = $1 AND name = $2;

-- name: sources
-- The platform connections of a community, without their secrets.
SELECT name, platform, changed_at FROM hearth.sources WHERE community = $1 ORDER BY name;

-- name: put_source
-- Create or replace a platform connection.
INSERT INTO hearth.sources (community, name, platform, settings, changed_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (community, name)
DO UPDATE SET platform = $3, settings = $4, changed_at = $5;

-- name: share_imports
-- Read what is open while nobody changes it. Who stands still here lets go after a while.
SELECT set_config('idle_in_transaction_session_timeout', '5s', true),
    pg_advisory_xact_lock_shared(hashtext('hearth.imports'));

-- name: lock_imports
-- Change what is open while nobody reads it.
SELECT set_config('idle_in_transaction_session_timeout', '5s', true),
    pg_advisory_xact_lock(hashtext('hearth.imports'));

-- name: open_imports
-- The open imports of all communities.
SELECT community, import, source FROM hearth.imports ORDER BY community, started_at, import;

-- name: watch_imports
-- This process knows of all changes until now; not written again while nothing changes.
INSERT INTO hearth.import_watchers AS w (process, known)
SELECT $1, count FROM hearth.import_changes
ON CONFLICT (process) DO UPDATE SET known = excluded.known WHERE w.known < excluded.known;

-- name: count_import_change
-- One more change; its number.
UPDATE hearth.import_changes SET count = count + 1 RETURNING count;

-- name: unaware
-- Who may still rely on what was before a change.
SELECT process FROM hearth.import_watchers WHERE known < $1;

-- name: forget_watchers
-- Processes whose leases have run out, or that have ended.
DELETE FROM hearth.import_watchers WHERE process = ANY($1::text[]) AND known < $2;

-- name: open_import
-- An import begins; a repeat changes nothing.
INSERT INTO hearth.imports (community, import, source, started_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING;

-- name: close_import
-- An import is over.
DELETE FROM hearth.imports WHERE community = $1 AND import = $2;
