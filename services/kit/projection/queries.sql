-- name: live
-- The live generation of a projection.
SELECT generation, version FROM projection.generations WHERE projection = $1 AND live;

-- name: live_for_share
-- The live generation, and nobody flips it until this transaction ends.
SELECT generation, version FROM projection.generations WHERE projection = $1 AND live FOR SHARE;

-- name: last_generation
-- The highest generation number ever given.
SELECT coalesce(max(generation), 0) FROM projection.generations WHERE projection = $1;

-- name: add_generation
-- A new generation.
INSERT INTO projection.generations (projection, generation, version, live, created_at)
VALUES ($1, $2, $3, $4, $5);

-- name: lock_generations
-- One flip at a time.
SELECT generation FROM projection.generations WHERE projection = $1 FOR UPDATE;

-- name: unflip
-- The first half of a flip: nothing is live.
UPDATE projection.generations SET live = false WHERE projection = $1 AND live;

-- name: flip
-- The second half of a flip: this one is live.
UPDATE projection.generations SET live = true WHERE projection = $1 AND generation = $2;

-- name: drop_generation
-- A generation that is given up.
DELETE FROM projection.generations WHERE projection = $1 AND generation = $2;

-- name: drop_progress
-- The progress of a generation that is given up.
DELETE FROM projection.progress WHERE projection = $1 AND generation = $2;

-- name: claim
-- Take a partition over: the epoch rises, and who had it is fenced.
INSERT INTO projection.progress (projection, generation, partition, next, epoch, log_time)
VALUES ($1, $2, $3, $4, 1, 0)
ON CONFLICT (projection, generation, partition)
DO UPDATE SET epoch = projection.progress.epoch + 1
RETURNING next, epoch, log_time;

-- name: fence
-- Move on, if the partition is still ours and stands where we think.
UPDATE projection.progress SET next = $6, log_time = $7
WHERE projection = $1 AND generation = $2 AND partition = $3 AND epoch = $4 AND next = $5;

-- name: claimed
-- Who owns a partition now, and how far it is.
SELECT epoch, next, log_time FROM projection.progress
WHERE projection = $1 AND generation = $2 AND partition = $3;

-- name: progress
-- How far a generation is in each partition.
SELECT partition, next, log_time FROM projection.progress
WHERE projection = $1 AND generation = $2 ORDER BY partition;

-- name: positions
-- How far all generations are.
SELECT generation, partition, next FROM projection.progress WHERE projection = $1;

-- name: progress_of
-- How far a generation is in one partition, held still until this transaction ends.
SELECT next, log_time FROM projection.progress
WHERE projection = $1 AND generation = $2 AND partition = $3 FOR UPDATE;

-- name: put_progress
-- Set how far a generation is, and fence whoever thinks otherwise.
INSERT INTO projection.progress (projection, generation, partition, next, epoch, log_time)
VALUES ($1, $2, $3, $4, 1, $5)
ON CONFLICT (projection, generation, partition) DO UPDATE
SET next = $4, log_time = $5, epoch = projection.progress.epoch + 1;

-- name: duplicates
-- The refused positions of a range.
SELECT "offset" FROM projection.duplicates
WHERE projection = $1 AND partition = $2 AND "offset" >= $3 AND "offset" < $4;

-- name: add_duplicates
-- Positions refused for an id that was there before.
INSERT INTO projection.duplicates (projection, partition, "offset", conflicting)
SELECT $1, $2, * FROM unnest($3::bigint[], $4::bool[]) ON CONFLICT DO NOTHING;

-- name: dead
-- The dead positions of a range, and why.
SELECT "offset", reason FROM projection.dead_letters
WHERE projection = $1 AND partition = $2 AND "offset" >= $3 AND "offset" < $4;

-- name: dead_at
-- Some dead positions, where each was retried, and why it is there.
SELECT "offset", retried_at, reason FROM projection.dead_letters
WHERE projection = $1 AND partition = $2 AND "offset" = ANY($3::bigint[]);

-- name: add_dead
-- Records that could not be folded.
INSERT INTO projection.dead_letters
    (projection, partition, "offset", community, type, reason, detail, at)
SELECT $1, $2, * FROM unnest(
    $3::bigint[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bigint[])
ON CONFLICT (projection, partition, "offset")
DO UPDATE SET reason = excluded.reason, detail = excluded.detail;

-- name: raised_again
-- A retry that did not fold it: the letter says why.
UPDATE projection.dead_letters SET detail = $4
WHERE projection = $1 AND partition = $2 AND "offset" = $3;

-- name: retried
-- A dead record that a retry has folded.
UPDATE projection.dead_letters SET retried_at = $4
WHERE projection = $1 AND partition = $2 AND "offset" = $3;

-- name: list_dead
-- Dead letters, newest first.
SELECT projection, partition, "offset", community, type, reason, detail, at, retried_at
FROM projection.dead_letters
WHERE ($1::text IS NULL OR projection = $1) AND ($2::bool OR retried_at IS NULL)
ORDER BY at DESC, projection, partition, "offset" LIMIT $3;

-- name: one_dead
-- One dead letter.
SELECT projection, partition, "offset", community, type, reason, detail, at, retried_at
FROM projection.dead_letters WHERE projection = $1 AND partition = $2 AND "offset" = $3;

-- name: dead_to_relay
-- Dead letters after the places that the relay has exported up to, some of each partition.
SELECT p.partition, d."offset", d.type, d.reason, d.detail, d.at
FROM generate_series(0, $2::int - 1) AS p (partition)
LEFT JOIN projection.relays r
    ON r.projection = $1 AND r.partition = p.partition AND r.relay = 'dead_letters'
CROSS JOIN LATERAL (
    SELECT "offset", type, reason, detail, at FROM projection.dead_letters
    WHERE projection = $1 AND partition = p.partition AND "offset" > coalesce(r."offset", -1)
    ORDER BY "offset" LIMIT $3) d
ORDER BY p.partition, d."offset";

-- name: add_facts
-- What was concluded.
INSERT INTO projection.facts (projection, partition, "offset", n, community, id, type, at, data)
SELECT $1, $2, * FROM unnest(
    $3::bigint[], $4::int[], $5::int[], $6::text[], $7::text[], $8::bigint[], $9::text[])
ON CONFLICT DO NOTHING;

-- name: facts_to_relay
-- Facts after the places that the relay has exported up to, some of each partition.
SELECT p.partition, f."offset", f.n, f.id, f.type, f.at, f.data, c.slug
FROM generate_series(0, $2::int - 1) AS p (partition)
LEFT JOIN projection.relays r
    ON r.projection = $1 AND r.partition = p.partition AND r.relay = 'facts'
CROSS JOIN LATERAL (
    SELECT "offset", n, community, id, type, at, data FROM projection.facts
    WHERE projection = $1 AND partition = p.partition
      AND ("offset", n) > (coalesce(r."offset", -1), coalesce(r.n, 0))
    ORDER BY "offset", n LIMIT $3) f
JOIN hearth.communities c ON c.community = f.community
ORDER BY p.partition, f."offset", f.n;

-- name: facts_of_community
-- Facts of a community after a place, for streams and subscribers.
SELECT "offset", n, id, type, at, data FROM projection.facts
WHERE community = $1 AND projection = $2 AND ("offset", n) > ($3::bigint, $4::int)
ORDER BY "offset", n LIMIT $5;

-- name: put_relay
-- A relay has exported up to here.
INSERT INTO projection.relays (projection, partition, relay, "offset", n)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (projection, partition, relay) DO UPDATE SET "offset" = $4, n = $5;

-- name: announce
-- Wake whoever waits for facts.
SELECT pg_notify('hearth_facts', $1);

-- name: put_verification
-- The outcome of comparing a community with its replay.
INSERT INTO projection.verifications (projection, community, at, next, different)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (projection, community) DO UPDATE SET at = $3, next = $4, different = $5;

-- name: verifications
-- The last outcome of each community.
SELECT community, at, next, different FROM projection.verifications WHERE projection = $1;

-- name: columns
-- The columns of a schema's tables, in order.
SELECT c.relname AS "table", a.attname AS "column"
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = $1 AND c.relkind = 'r' ORDER BY c.relname, a.attname;

-- name: raise_epoch
-- Fence whoever works on a partition of a generation.
UPDATE projection.progress SET epoch = epoch + 1
WHERE projection = $1 AND generation = $2 AND partition = $3;

-- name: try_rebuilding
-- Become the one who rebuilds a projection, if nobody is; until this connection ends.
SELECT pg_try_advisory_lock(hashtext('rebuild'), hashtext($1));

-- name: abandoned
-- Generations newer than the live one: a rebuild that was killed left them.
SELECT g.generation FROM projection.generations g
JOIN projection.generations l ON l.projection = g.projection AND l.live
WHERE g.projection = $1 AND g.generation > l.generation ORDER BY g.generation;

-- name: announce_flip
-- Wake whoever reads the live generation.
SELECT pg_notify('hearth_generations', $1);

-- name: not_live
-- Generations beside the live one, newest first.
SELECT generation FROM projection.generations
WHERE projection = $1 AND NOT live ORDER BY generation DESC;

-- name: try_relaying
-- Become the one who relays a projection, if nobody is.
SELECT pg_try_advisory_lock(hashtext('relay'), hashtext($1));

-- name: tables
-- The tables of a schema.
SELECT c.relname AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind = 'r' ORDER BY c.relname;

-- name: scratches
-- The schemas of scratch tables, of those who still work on theirs too.
SELECT nspname AS schema FROM pg_namespace WHERE starts_with(nspname, $1) ORDER BY nspname;

-- name: hold_scratch
-- Scratch tables belong to this connection until it ends.
SELECT pg_advisory_lock(hashtext('scratch'), hashtext($1));

-- name: try_scratch
-- Take scratch tables whose maker is gone. Our own lock would be given a second time.
SELECT pg_try_advisory_lock(hashtext('scratch'), hashtext($1));

-- name: free_scratch
-- Let go of them.
SELECT pg_advisory_unlock(hashtext('scratch'), hashtext($1));
