-- name: history
-- The changes of a member's levels up to a time, newest first, as was known at a position: what a
-- day's passing changed has none, and was known once the log time had reached it.
SELECT ladder, rank, was, at, "offset" FROM level_history
WHERE community = $1 AND member = $2 AND at <= $3
  AND "offset" <= $4 AND ("offset" >= 0 OR at <= $5)
ORDER BY at DESC, "offset" DESC LIMIT $6;

-- name: totals
-- What was counted of whole communities.
SELECT community, counter, day, count FROM community_total
WHERE community = ANY($1::int[]) ORDER BY community, counter, day;

-- name: put_totals
-- The counts of a community's days as they are now.
INSERT INTO community_total (community, counter, day, count)
SELECT $1, * FROM unnest($2::smallint[], $3::int[], $4::bigint[])
ON CONFLICT (community, counter, day) DO UPDATE SET count = excluded.count;
