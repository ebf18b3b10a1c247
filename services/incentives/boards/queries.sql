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
