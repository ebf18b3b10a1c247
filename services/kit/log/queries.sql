-- name: create_topic
-- Make the topic known; more partitions than before are added, fewer are not taken away.
INSERT INTO log.topics (name, partitions) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET partitions = greatest(log.topics.partitions, excluded.partitions)
RETURNING id, partitions;

-- name: create_heads
-- A head row for each partition that has none.
INSERT INTO log.heads (topic, partition) SELECT $1, generate_series(0, $2::integer - 1)
ON CONFLICT DO NOTHING;

-- name: append
-- Take offsets from the head and write the records under them; the row lock orders the commits.
WITH head AS (
    UPDATE log.heads SET next = next + cardinality($3::bytea[])
    WHERE topic = $1 AND partition = $2 RETURNING next
)
INSERT INTO log.writes (topic, partition, following, first, keys, contents)
SELECT $1, $2, next, next - cardinality($3::bytea[]), $3, $4 FROM head
RETURNING first;

-- name: fetch
-- The writes that hold records of [$3, $4). A write has at most $5 records, so the scan can end.
SELECT first, keys, contents FROM log.writes
WHERE topic = $1 AND partition = $2 AND following > $3 AND following < $4 + $5::bigint AND first < $4
ORDER BY following;

-- name: heads
-- Where each partition begins and which offset comes next.
SELECT partition, beginning, next FROM log.heads WHERE topic = $1;

-- name: notify
-- Wake the other processes. Losing one is harmless, so it need not reach the disk.
SELECT pg_notify('hearth_log', $1);

-- name: lock_group
-- One member at a time decides about a group, until its transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('hearth log ' || $1::smallint || ' ' || $2::text, 0));

-- name: expire_members
-- Remove who did not renew, with all leases. After a restart of the server everybody gets a session.
DELETE FROM log.members
WHERE topic = $1 AND consumer = $2
  AND greatest(expires, pg_postmaster_start_time() + session) < clock_timestamp()
RETURNING member;

-- name: renew
-- This member lives. Whether it was known is told by the row count.
UPDATE log.members SET expires = clock_timestamp() + session
WHERE topic = $1 AND consumer = $2 AND member = $3;

-- name: join_group
-- Become a member, or be one again.
INSERT INTO log.members (topic, consumer, member, session, expires)
VALUES ($1, $2, $3, $4, clock_timestamp() + $4::interval)
ON CONFLICT (topic, consumer, member) DO UPDATE SET expires = excluded.expires;

-- name: members
-- Everybody in the group.
SELECT member FROM log.members WHERE topic = $1 AND consumer = $2;

-- name: leases
-- Who holds what.
SELECT partition, member FROM log.leases WHERE topic = $1 AND consumer = $2;

-- name: claim
-- Take free partitions.
INSERT INTO log.leases (topic, consumer, member, partition)
SELECT $1, $2, $3, unnest($4::integer[]);

-- name: release
-- Let go of partitions.
DELETE FROM log.leases
WHERE topic = $1 AND consumer = $2 AND member = $3 AND partition = ANY($4::integer[]);

-- name: leave
-- End a membership, with all leases.
DELETE FROM log.members WHERE topic = $1 AND consumer = $2 AND member = $3;

-- name: report
-- How far a consumer says it is.
INSERT INTO log.reported (topic, consumer, partition, following)
SELECT $1, $2, unnest($3::integer[]), unnest($4::bigint[])
ON CONFLICT (topic, consumer, partition) DO UPDATE SET following = excluded.following;

-- name: forget_members
-- Nobody holds anything: for a sole owner of the database, at its start.
DELETE FROM log.members;
