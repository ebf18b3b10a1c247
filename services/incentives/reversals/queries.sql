-- name: earned
-- What a member earned by the actions at some positions. By the member's own index where there is
-- no other.
SELECT subject, key, "offset", n, member, account, rule, at, asked, granted, limited_by, why,
       about_offset, about_n
FROM ledger
WHERE community = $1 AND member = $2 AND "offset" = ANY($3::bigint[]) AND why = 0
ORDER BY "offset", n;

-- name: amended
-- What became of that: of what is about a post or an order by its subject, of the rest by the
-- histories of what was held and of what was taken back.
SELECT subject, key, "offset", n, member, account, rule, at, asked, granted, limited_by, why,
       about_offset, about_n
FROM ledger
WHERE community = $1 AND member = $2 AND subject = ANY($4::bytea[])
  AND about_offset = ANY($3::bigint[])
UNION ALL
SELECT subject, key, "offset", n, member, account, rule, at, asked, granted, limited_by, why,
       about_offset, about_n
FROM ledger
WHERE community = $1 AND member = $2 AND subject IS NULL AND about_offset = ANY($3::bigint[])
  AND "offset" = ANY(ARRAY(
    SELECT "offset" FROM held WHERE community = $1 AND about_offset = ANY($3::bigint[])
    UNION
    SELECT "offset" FROM reversed WHERE community = $1 AND about_offset = ANY($3::bigint[])))
ORDER BY "offset", n;

-- name: known
-- What was asked for by the first part of an order, and whether a part of it stands at a position.
SELECT told, (
    SELECT count(*) FILTER (WHERE state = 0) - count(*) FILTER (WHERE state = 1)
    FROM reversal WHERE community = $1 AND name = $2 AND part = $3 AND member = $4) AS stands
FROM reversal WHERE community = $1 AND name = $2 AND state = 0 ORDER BY "offset" LIMIT 1;

-- name: taken
-- What a part took, in order.
SELECT about_offset, about_n, granted, lots FROM reversed
WHERE community = $1 AND "offset" = $2 ORDER BY about_offset, about_n;

-- name: names
-- The orders that some positions are parts of.
SELECT "offset", name FROM reversal WHERE community = $1 AND "offset" = ANY($2::bigint[]);

-- name: picked
-- What an order would take back: each position by which a member has earned something of it, as
-- was known at a position, and not what an order has taken back already.
SELECT DISTINCT l.member, l."offset" FROM ledger l
WHERE l.community = $1 AND l.at >= $2 AND l.at < $3 AND l."offset" <= $4 AND l.why = 0
  AND (l.granted > 0 OR (l.asked > 0 AND l.limited_by = ANY($5::smallint[])))
  AND ($6::bigint[] IS NULL OR l.member = ANY($6))
  AND (CASE WHEN $7::smallint[] IS NULL THEN l.rule <> ALL($8::smallint[])
            ELSE l.rule = ANY($7) END)
  AND coalesce((
    SELECT r.state FROM reversed r
    WHERE r.community = l.community AND r.about_offset = l."offset" AND r.about_n = l.n
    ORDER BY r."offset" DESC LIMIT 1), 1) = 1
ORDER BY l.member, l."offset" LIMIT $9;

-- name: standing
-- The parts of an order that are not undone, the last first.
SELECT "offset", member, entries FROM reversal o
WHERE community = $1 AND name = $2 AND state = 0 AND NOT EXISTS (
    SELECT FROM reversal u WHERE u.community = $1 AND u.name = $2 AND u.state = 1
      AND u.part = o.part)
ORDER BY "offset" DESC;

-- name: orders
-- The orders of a community, or one, the latest first.
SELECT name, min("offset") AS "offset", min(at) AS at,
       max(at) FILTER (WHERE state = 1) AS undone_at,
       count(DISTINCT member) AS members,
       (sum(entries) FILTER (WHERE state = 0))::bigint AS entries,
       coalesce(sum(entries) FILTER (WHERE state = 1), 0)::bigint AS undone,
       count(*) FILTER (WHERE state = 0) - count(*) FILTER (WHERE state = 1) AS standing,
       count(*) FILTER (WHERE state = 0) AS parts, max("offset") AS last,
       (array_agg(told ORDER BY "offset"))[1] AS told
FROM reversal WHERE community = $1 AND ($2::text IS NULL OR name = $2)
GROUP BY name HAVING min("offset") < $3 ORDER BY min("offset") DESC LIMIT $4;

-- name: sums
-- What orders took of each account and did not give again.
SELECT r.name, t.key AS account, sum(t.value::bigint)::bigint AS amount
FROM reversal r, json_each_text(r.taken::json) t
WHERE r.community = $1 AND r.name = ANY($2::text[]) GROUP BY r.name, t.key ORDER BY 1, 2;

-- name: members
-- Of one order what it took of each member and did not give again.
WITH few AS (
    SELECT DISTINCT member FROM reversal
    WHERE community = $1 AND name = $2 AND member > $3 ORDER BY member LIMIT $4)
SELECT r.member, t.key AS account, sum(t.value::bigint)::bigint AS amount
FROM few JOIN reversal r ON r.community = $1 AND r.name = $2 AND r.member = few.member,
    json_each_text(r.taken::json) t
GROUP BY r.member, t.key ORDER BY r.member, t.key;
