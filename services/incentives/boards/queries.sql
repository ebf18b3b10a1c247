-- name: buckets
-- The buckets of a board, lowest first.
SELECT low, members FROM bucket
WHERE community = $1 AND account = $2 AND period = $3 AND key = $4 ORDER BY low;

-- name: put_buckets
-- How many members buckets hold now.
INSERT INTO bucket (community, account, period, key, low, members)
SELECT * FROM unnest($1::int[], $2::smallint[], $3::smallint[], $4::int[], $5::bigint[], $6::int[])
ON CONFLICT (community, account, period, key, low) DO UPDATE SET members = excluded.members;

-- name: median
-- The score in the middle of a bucket.
SELECT "{period}" FROM balance
WHERE community = $1 AND account = $2 AND {period}_key = $3 AND {period}_bucket = $4
ORDER BY 1 OFFSET $5 LIMIT 1;

-- name: move_up
-- Give the upper part of a bucket to a new one.
UPDATE balance SET {period}_bucket = $5
WHERE community = $1 AND account = $2 AND {period}_key = $3 AND {period}_bucket = $4
  AND "{period}" >= $5
RETURNING member;

-- name: latest_key
-- The latest period that a board has; boards of earlier ones are computed from the ledger.
SELECT max(key) FROM bucket WHERE community = $1 AND account = $2 AND period = $3 AND members > 0;

-- name: standing
-- Where a member stands on a board.
SELECT "{period}" AS value, {period}_bucket AS low FROM balance
WHERE community = $1 AND account = $2 AND member = $4 AND {period}_key = $3;

-- name: bounds
-- The bucket of a bound, the one above it, and how many stand higher.
SELECT (SELECT min(low) FROM bucket WHERE community = $1 AND account = $2 AND period = $3
            AND key = $4 AND low > $5) AS high,
       (SELECT coalesce(sum(members), 0) FROM bucket WHERE community = $1 AND account = $2
            AND period = $3 AND key = $4 AND low > $5) AS above,
       (SELECT max(low) FROM bucket WHERE community = $1 AND account = $2 AND period = $3
            AND key = $4 AND low < $5) AS below;

-- name: bucket_of
-- The bucket that a score lies in; the highest for a score above all.
SELECT max(low) FROM bucket
WHERE community = $1 AND account = $2 AND period = $3 AND key = $4 AND low <= $5;

-- name: total
-- How many stand on a board.
SELECT coalesce(sum(members), 0) FROM bucket
WHERE community = $1 AND account = $2 AND period = $3 AND key = $4;

-- name: rows
-- A bucket's members, ranked among themselves.
SELECT member, "{period}" AS value, rank() OVER (ORDER BY "{period}" DESC) AS rank FROM balance
WHERE community = $1 AND account = $2 AND {period}_key = $3 AND {period}_bucket = $4
ORDER BY "{period}" DESC, member;

-- name: rows_around
-- A bucket's members around one of them, ranked among themselves.
WITH b AS (
    SELECT member, "{period}" AS value, rank() OVER (ORDER BY "{period}" DESC) AS rank,
           row_number() OVER (ORDER BY "{period}" DESC, member) AS place
    FROM balance
    WHERE community = $1 AND account = $2 AND {period}_key = $3 AND {period}_bucket = $4)
SELECT b.member, b.value, b.rank FROM b, (SELECT place FROM b WHERE member = $5) own
WHERE b.place BETWEEN own.place - $6::int AND own.place + $6::int ORDER BY b.place;

-- name: ties_after
-- Members of a bucket of one score after one of them.
SELECT member, "{period}" AS value, 1 AS rank FROM balance
WHERE community = $1 AND account = $2 AND {period}_key = $3 AND {period}_bucket = $4
  AND member > $5 ORDER BY member LIMIT $6;

-- name: ties_before
-- Members of a bucket of one score before one of them.
SELECT member, "{period}" AS value, 1 AS rank FROM balance
WHERE community = $1 AND account = $2 AND {period}_key = $3 AND {period}_bucket = $4
  AND member < $5 ORDER BY member DESC LIMIT $6;

-- name: past
-- A board of a span of time, from the ledger: a page of it.
WITH sums AS (
    SELECT member, sum(granted)::bigint AS value FROM ledger
    WHERE community = $1 AND account = $2 AND at >= $3 AND at < $4 GROUP BY member),
ranked AS (
    SELECT member, value, rank() OVER (ORDER BY value DESC) AS rank,
           row_number() OVER (ORDER BY value DESC, member) AS place FROM sums)
SELECT member, value, rank, place, (SELECT count(*) FROM sums) AS total FROM ranked
WHERE place > coalesce((SELECT place - $6 - 1 FROM ranked WHERE member = $5), $7)
ORDER BY place LIMIT $8;
