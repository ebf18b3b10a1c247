-- name: by_rule
-- What each rule gave a member of each account in a span of time, and how often.
SELECT account, rule, sum(granted)::bigint AS granted, count(*) FILTER (WHERE why = 0) AS times
FROM ledger
WHERE community = $1 AND member = $2 AND at >= $3 AND at < $4 AND "offset" <= $5
GROUP BY account, rule ORDER BY account, sum(granted) DESC, rule;

-- name: before
-- What a member had of each account when a span began.
SELECT account, sum(granted)::bigint AS value FROM ledger
WHERE community = $1 AND member = $2 AND at < $3 AND "offset" <= $4 GROUP BY account;

-- name: levels
-- The changes of a member's levels in a span.
SELECT ladder, rank, was, at FROM level_history
WHERE community = $1 AND member = $2 AND at >= $3 AND at < $4
  AND "offset" <= $5 AND ("offset" >= 0 OR at <= $6)
ORDER BY at, "offset";

-- name: awards
-- The badges that a member earned in a span.
SELECT badge, at FROM award
WHERE community = $1 AND member = $2 AND at >= $3 AND at < $4 AND "offset" <= $5
ORDER BY at, "offset", badge;

-- name: member
-- A member.
SELECT since, since_offset, state FROM member WHERE community = $1 AND member = $2;
