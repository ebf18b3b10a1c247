-- name: history
-- All changes of a member's levels, newest first.
SELECT ladder, rank, was, at, "offset" FROM level_history
WHERE community = $1 AND member = $2 AND at <= $3 ORDER BY at DESC, "offset" DESC LIMIT $4;
