-- name: marks
-- What members have marked, by event time up to a time and by position up to a position.
SELECT member, streak, unit FROM streak_mark
WHERE community = $1 AND member = ANY($2::bigint[]) AND at <= $3 AND "offset" <= $4
ORDER BY member, streak, unit;
