-- name: standings
-- Where members stood, as of the last close up to a time that was known of at a log time.
SELECT DISTINCT ON (member) * FROM tier_history
WHERE community = $1 AND member = ANY($2::bigint[]) AND at <= $3 AND at <= $4
ORDER BY member, at DESC;

-- name: history
-- The changes of where a member stood up to a time, newest first, as known of at a log time.
SELECT * FROM tier_history
WHERE community = $1 AND member = $2 AND at <= $3 AND at <= $4 ORDER BY at DESC LIMIT $5;

-- name: census
-- How many stood where at a time.
SELECT tier, stage, persona, count(*) AS members FROM (
    SELECT DISTINCT ON (member) tier, stage, persona FROM tier_history
    WHERE community = $1 AND at <= $2 ORDER BY member, at DESC
) last GROUP BY tier, stage, persona;

-- name: flow
-- How many were where ($4: tier, lifecycle or persona) at a time, and where at a later one; null
-- where nothing was known of them.
SELECT before.place AS "from", after.place AS "to", count(*) AS members
FROM (
    SELECT DISTINCT ON (member) member,
        CASE $4 WHEN 'tier' THEN tier WHEN 'lifecycle' THEN stage ELSE persona END AS place
    FROM tier_history WHERE community = $1 AND at <= $2 ORDER BY member, at DESC
) before FULL JOIN (
    SELECT DISTINCT ON (member) member,
        CASE $4 WHEN 'tier' THEN tier WHEN 'lifecycle' THEN stage ELSE persona END AS place
    FROM tier_history WHERE community = $1 AND at <= $3 ORDER BY member, at DESC
) after USING (member)
GROUP BY before.place, after.place ORDER BY before.place NULLS FIRST, after.place;
