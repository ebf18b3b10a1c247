-- name: member
-- When a member was first heard of.
SELECT since, since_offset FROM member WHERE community = $1 AND member = $2;

-- name: roles
-- What was said last of each role of a member, up to a time, as was known at a position.
SELECT DISTINCT ON (role) role, until, at FROM role_history
WHERE community = $1 AND member = $2 AND at <= $3 AND "offset" <= $4
ORDER BY role, at DESC, "offset" DESC;

-- name: climbs
-- The changes of a member's levels in order, up to a time, as was known at a position: what a
-- day's passing changed has none, and was known once the log time had reached it.
SELECT ladder, was, rank, at FROM level_history
WHERE community = $1 AND member = $2 AND at <= $3
  AND "offset" <= $4 AND ("offset" >= 0 OR at <= $5)
ORDER BY at, "offset";
