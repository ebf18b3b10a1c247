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
-- The first ranks of an account in a period, some members left out; so many rows at most. Who has as much
-- as the last of so many has one of so many ranks.
WITH aside AS (
    SELECT member, sum(score)::bigint AS score FROM star_aside
    WHERE community = $1 AND per = $3 AND first = $4 AND account = $2 GROUP BY member),
shown AS (
    SELECT member, "{period}" AS score FROM balance
    WHERE community = $1 AND account = $2 AND {period}_key = $4),
sums AS MATERIALIZED (
    SELECT member, coalesce(s.score, 0) + coalesce(a.score, 0) AS score
    FROM shown s FULL JOIN aside a USING (member)
    WHERE member <> ALL($5::bigint[])
      AND coalesce(s.score, 0) + coalesce(a.score, 0) >= $6),
first AS (SELECT score FROM sums ORDER BY score DESC LIMIT $7)
SELECT member, score, rank() OVER (ORDER BY score DESC)::int AS rank FROM sums
WHERE score >= (SELECT min(score) FROM first) ORDER BY rank, member LIMIT $8;

-- name: top_by_time
-- The same where of equals those are first whose score has stood for longest, by the log's order.
WITH aside AS (
    SELECT member, sum(score)::bigint AS score FROM star_aside
    WHERE community = $1 AND per = $3 AND first = $4 AND account = $2 GROUP BY member),
shown AS (
    SELECT member, "{period}" AS score FROM balance
    WHERE community = $1 AND account = $2 AND {period}_key = $4),
sums AS MATERIALIZED (
    SELECT member, coalesce(s.score, 0) + coalesce(a.score, 0) AS score
    FROM shown s FULL JOIN aside a USING (member)
    WHERE member <> ALL($5::bigint[])
      AND coalesce(s.score, 0) + coalesce(a.score, 0) >= $6),
first AS (SELECT score FROM sums ORDER BY score DESC LIMIT $7)
SELECT s.member, s.score, (row_number() OVER (
    ORDER BY s.score DESC, l."offset", l.n, s.member))::int AS rank
FROM sums s
LEFT JOIN LATERAL (
    SELECT "offset", n FROM ledger
    WHERE community = $1 AND member = s.member AND at >= $9 AND at < $10 AND account = $2
      AND granted <> 0 AND why NOT IN (6, 7, 8, 11)
    ORDER BY "offset" DESC, n DESC LIMIT 1) l ON true
WHERE s.score >= (SELECT min(score) FROM first) ORDER BY rank LIMIT $8;
