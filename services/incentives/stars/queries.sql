-- name: open
-- The open periods of a partition's communities.
SELECT community, per, first FROM star_open JOIN home USING (community) WHERE partition = $1;

-- name: closed
-- Forget an open period.
DELETE FROM star_open WHERE community = $1 AND per = $2 AND first = $3;

-- name: aside_closed
-- Forget what was kept aside for it.
DELETE FROM star_aside WHERE community = $1 AND per = $2 AND first = $3;

-- name: with_roles
-- What was said of some roles up to an instant, in order.
SELECT member, role, until FROM role_history
WHERE community = $1 AND role = ANY($2::text[]) AND at <= $3 ORDER BY at, "offset";

-- name: top
-- The first ranks of an account in a period, some members left out; so many rows at most.
WITH sums AS (
    SELECT member, sum(score)::bigint AS score FROM (
        SELECT member, "{period}" AS score FROM balance
        WHERE community = $1 AND account = $2 AND {period}_key = $4
        UNION ALL
        SELECT member, score FROM star_aside
        WHERE community = $1 AND per = $3 AND first = $4 AND account = $2) each
    WHERE member <> ALL($5::bigint[]) GROUP BY member),
ranked AS (
    SELECT member, score, rank() OVER (ORDER BY score DESC)::int AS rank FROM sums
    WHERE score >= $6)
SELECT member, score, rank FROM ranked WHERE rank <= $7 ORDER BY rank, member LIMIT $8;

-- name: top_by_time
-- The same where of equals those are first whose score has stood for longest, by the log's order.
WITH sums AS (
    SELECT member, sum(score)::bigint AS score FROM (
        SELECT member, "{period}" AS score FROM balance
        WHERE community = $1 AND account = $2 AND {period}_key = $4
        UNION ALL
        SELECT member, score FROM star_aside
        WHERE community = $1 AND per = $3 AND first = $4 AND account = $2) each
    WHERE member <> ALL($5::bigint[]) GROUP BY member),
ranked AS (
    SELECT member, score, rank() OVER (ORDER BY score DESC)::int AS rank FROM sums
    WHERE score >= $6)
SELECT r.member, r.score, (row_number() OVER (
    ORDER BY r.score DESC, l."offset", l.n, r.member))::int AS rank
FROM ranked r
LEFT JOIN LATERAL (
    SELECT "offset", n FROM ledger
    WHERE community = $1 AND member = r.member AND at >= $9 AND at < $10 AND account = $2
      AND granted <> 0 AND why NOT BETWEEN 6 AND 8
    ORDER BY "offset" DESC, n DESC LIMIT 1) l ON true
WHERE r.rank <= $7 ORDER BY rank LIMIT $8;
