-- name: access
-- The last change of each grade of members, by event time up to a time and by position up to one.
SELECT DISTINCT ON (member, grade) member, grade, why, at FROM access_change
WHERE community = $1 AND member = ANY($2::bigint[]) AND at <= $3 AND "offset" <= $4
ORDER BY member, grade, n DESC;

-- name: changes
-- The changes of a member's access, newest first, up to a time and a position.
SELECT grade, why, at, "offset", by_time FROM access_change
WHERE community = $1 AND member = $2 AND at <= $3 AND "offset" <= $4
ORDER BY at DESC, "offset" DESC, grade DESC, n DESC LIMIT $5;

-- name: inside
-- Members to whom a grade is open, by token, up to a time and a position.
SELECT member, at FROM (
    SELECT DISTINCT ON (member) member, why, at FROM access_change
    WHERE community = $1 AND grade = $2 AND member > $3 AND at <= $4 AND "offset" <= $5
    ORDER BY member, n DESC
) last
WHERE why = 0 ORDER BY member LIMIT $6;

-- name: counts
-- How many members each grade is open to, up to a time and a position.
SELECT grade, count(*) AS members FROM (
    SELECT DISTINCT ON (grade, member) grade, why FROM access_change
    WHERE community = $1 AND at <= $2 AND "offset" <= $3
    ORDER BY grade, member, n DESC
) last
WHERE why = 0 GROUP BY grade;
