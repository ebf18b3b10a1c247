-- name: buckets
-- The buckets of a community's boards, lowest first.
SELECT account, period, key, low, members FROM bucket
WHERE community = $1 AND account = ANY($2::smallint[]) ORDER BY account, period, low;

-- name: put_buckets
-- How many members buckets hold now.
INSERT INTO bucket (community, account, period, low, key, members)
SELECT $1, * FROM unnest(
    $2::text::smallint[], $3::text::smallint[], $4::text::bigint[], $5::text::int[],
    $6::text::int[])
ON CONFLICT (community, account, period, low) DO UPDATE
SET key = excluded.key, members = excluded.members;

-- name: put_standings
-- The buckets that members are in now.
INSERT INTO standing (community, account, period, member, low)
SELECT $1, * FROM unnest(
    $2::text::smallint[], $3::text::smallint[], $4::text::bigint[], $5::text::bigint[])
ON CONFLICT (community, account, period, member) DO UPDATE SET low = excluded.low;

-- name: drop_standings
-- A period is over: its board is computed from the ledger from now on.
DELETE FROM standing WHERE community = $1 AND account = $2 AND period = $3;

-- name: median
-- The score in the middle of a bucket.
SELECT "{period}" FROM balance
WHERE community = $1 AND account = $2 AND member = ANY(ARRAY(
    SELECT member FROM standing
    WHERE community = $1 AND account = $2 AND period = $3 AND low = $4))
ORDER BY 1 OFFSET $5 LIMIT 1;

-- name: move_up
-- Give the upper part of a bucket to a new one.
UPDATE standing SET low = $5
WHERE community = $1 AND account = $2 AND period = $3 AND member = ANY(ARRAY(
    SELECT member FROM balance
    WHERE community = $1 AND account = $2 AND "{period}" >= $5 AND member = ANY(ARRAY(
        SELECT member FROM standing
        WHERE community = $1 AND account = $2 AND period = $3 AND low = $4))));

-- name: board
-- What a board shows and how many stand on it.
SELECT max(key) AS key, coalesce(sum(members), 0)::bigint AS members FROM bucket
WHERE community = $1 AND account = $2 AND period = $3;

-- name: own_bounds
-- The bucket that a member is in, as `bounds` tells of one; no low for who is not on the board.
WITH own AS (
    SELECT low FROM standing
    WHERE community = $1 AND account = $2 AND period = $3 AND member = $4)
SELECT (SELECT low FROM own) AS low,
       min(low) FILTER (WHERE low > (SELECT low FROM own)) AS high,
       max(low) FILTER (WHERE low < (SELECT low FROM own) AND members > 0) AS below,
       min(low) FILTER (WHERE low > (SELECT low FROM own) AND members > 0) AS higher,
       coalesce(sum(members) FILTER (WHERE low > (SELECT low FROM own)), 0)::bigint AS above
FROM bucket WHERE community = $1 AND account = $2 AND period = $3;

-- name: bounds
-- Where a bucket ends, those beside it that hold members, and how many stand in all higher ones.
SELECT min(low) FILTER (WHERE low > $4) AS high,
       max(low) FILTER (WHERE low < $4 AND members > 0) AS below,
       min(low) FILTER (WHERE low > $4 AND members > 0) AS higher,
       coalesce(sum(members) FILTER (WHERE low > $4), 0)::bigint AS above
FROM bucket WHERE community = $1 AND account = $2 AND period = $3;

-- name: bucket_of
-- The highest bucket with members that may hold a score.
SELECT max(low) FROM bucket
WHERE community = $1 AND account = $2 AND period = $3 AND low <= $4 AND members > 0;

-- name: rows
-- A bucket's members, ranked among themselves.
SELECT member, "{period}" AS value, rank() OVER (ORDER BY "{period}" DESC) AS rank FROM balance
WHERE community = $1 AND account = $2 AND member = ANY(ARRAY(
    SELECT member FROM standing
    WHERE community = $1 AND account = $2 AND period = $3 AND low = $4))
ORDER BY "{period}" DESC, member;

-- name: rows_around
-- A bucket's members around one of them, ranked among themselves.
WITH b AS (
    SELECT member, "{period}" AS value, rank() OVER (ORDER BY "{period}" DESC) AS rank,
           row_number() OVER (ORDER BY "{period}" DESC, member) AS place
    FROM balance
    WHERE community = $1 AND account = $2 AND member = ANY(ARRAY(
        SELECT member FROM standing
        WHERE community = $1 AND account = $2 AND period = $3 AND low = $4)))
SELECT member, value, rank FROM b
WHERE place >= (SELECT place FROM b WHERE member = $5) - $6::int
  AND place <= (SELECT place FROM b WHERE member = $5) + $6::int
ORDER BY place;

-- name: ties_after
-- Members of a bucket of one score after one of them.
SELECT member, low AS value, 1 AS rank FROM standing
WHERE community = $1 AND account = $2 AND period = $3 AND low = $4 AND member > $5
ORDER BY member LIMIT $6;

-- name: ties_before
-- Members of a bucket of one score before one of them.
SELECT member, low AS value, 1 AS rank FROM standing
WHERE community = $1 AND account = $2 AND period = $3 AND low = $4 AND member < $5
ORDER BY member DESC LIMIT $6;

-- name: past
-- A board of a span of time, from the ledger: a page of it. What was spent, expired or came back
-- (6 and above) counts in what there is, which is of all time, and not in what a period has brought.
WITH sums AS (
    SELECT member, sum(granted)::bigint AS value FROM ledger
    WHERE community = $1 AND account = $2 AND at >= $3 AND at < $4
      AND (why < 6 OR $3 = -(1::bigint << 62))
    GROUP BY member),
ranked AS (
    SELECT member, value, rank() OVER (ORDER BY value DESC) AS rank,
           row_number() OVER (ORDER BY value DESC, member) AS place FROM sums)
SELECT member, value, rank, place, (SELECT count(*) FROM sums) AS total FROM ranked
WHERE place > coalesce((SELECT place - $6 - 1 FROM ranked WHERE member = $5), $7)
ORDER BY place LIMIT $8;
