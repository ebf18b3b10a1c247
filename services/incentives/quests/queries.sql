-- name: marks
-- What became of members' quests, by event time up to a time and by position up to a position.
SELECT member, quest, what, at, number, step FROM quest_mark
WHERE community = $1 AND member = ANY($2::bigint[]) AND at <= $3 AND "offset" <= $4
ORDER BY member, "offset", what, step;
