-- name: newest
-- Entries of a member up to a time and a position, newest first, after a place in that order.
SELECT n, account, "offset", at, asked, granted, balance, rule, limited_by, why, version,
       about_offset
FROM ledger
WHERE community = $1 AND member = $2 AND at <= $3 AND "offset" <= $4
  AND (at, "offset", n) < ($5, $6, $7)
ORDER BY at DESC, "offset" DESC, n DESC LIMIT $8;

-- name: of_event
-- What one event did.
SELECT n, member, account, "offset", at, asked, granted, balance, rule, limited_by, why, version,
       about_offset
FROM ledger WHERE community = $1 AND "offset" = $2 AND n >= 0 ORDER BY n;

-- name: since
-- What became later of what an event did.
SELECT n, member, account, "offset", at, asked, granted, balance, rule, limited_by, why, version,
       about_offset
FROM ledger
WHERE community = $1 AND about_offset = $2 AND member = ANY($3::bigint[]) AND "offset" > $2
ORDER BY "offset", n;

-- name: content
-- A post that an event names.
SELECT author, "offset", changed, kind, removed, owned FROM content
WHERE community = $1 AND subject = $2;

-- name: roles_before
-- What had been said of members' roles before an event.
SELECT member, role, until FROM role_history
WHERE community = $1 AND member = ANY($2::bigint[]) AND "offset" < $3 ORDER BY "offset";

-- name: levels_before
-- The levels of members before an event.
SELECT DISTINCT ON (member, ladder) member, ladder, rank FROM level_history
WHERE community = $1 AND member = ANY($2::bigint[]) AND "offset" < $3 AND ("offset" >= 0 OR at <= $4)
ORDER BY member, ladder, "offset" DESC, at DESC;

-- name: given_before
-- Which rules had given members something before an event.
SELECT DISTINCT member, rule FROM ledger
WHERE community = $1 AND member = ANY($2::bigint[]) AND why = 0 AND "offset" < $3
  AND rule = ANY($4::smallint[]);
