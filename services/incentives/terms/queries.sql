-- name: page
-- Terms of a community as they were last, the latest beginning first; of a member, of a role, in a
-- state where one is asked for; up to a time and a position.
SELECT * FROM (
    SELECT DISTINCT ON (member, n) member, n, what, why, begins, ends, role, space
    FROM term
    WHERE community = $1 AND ($2::bigint IS NULL OR member = $2)
      AND ($3::text IS NULL OR role = $3) AND at <= $5 AND "offset" <= $6
    ORDER BY member, n, what DESC
) last
WHERE ($4::int IS NULL OR what = $4) AND (begins, member, n) < ($7, $8, $9)
ORDER BY begins DESC, member DESC, n DESC LIMIT $10;

-- name: one
-- A term as it was last, up to a time and a position.
SELECT member, n, what, why, begins, ends, role, space FROM term
WHERE community = $1 AND member = $2 AND n = $3 AND at <= $4 AND "offset" <= $5
ORDER BY what DESC LIMIT 1;

-- name: own
-- What the member's accounts changed by in a span.
SELECT account, sum(granted)::bigint AS granted FROM ledger
WHERE community = $1 AND member = $2 AND at >= $3 AND at < $4 AND "offset" <= $5
GROUP BY account;

-- name: everybody
-- What the accounts of all changed by in a span, and of how many they did.
SELECT account, sum(granted)::bigint AS granted, count(DISTINCT member) AS members FROM ledger
WHERE community = $1 AND at >= $2 AND at < $3 AND "offset" <= $4
GROUP BY account;

-- name: arrived
-- How many members were first heard of in a span.
SELECT count(*) FROM member
WHERE community = $1 AND since >= $2 AND since < $3 AND since_offset <= $4;
