-- name: live
-- The board of an account of many: what it shows; leaves at, above and below a place, or that of a
-- member where no score is given; how many stand above them; the score with which the next leaf
-- begins, the leaf in which those with more begin, and how many stand above that.
WITH shown AS (
    SELECT b.account, b.key, b.members FROM word w
    JOIN board b ON b.community = w.community AND b.account = w.word
    WHERE w.community = $1 AND w.name = $2 AND b.period = $3),
own AS (SELECT coalesce($4, (
    SELECT "{period}" FROM balance
    WHERE community = $1 AND account = (SELECT account FROM shown)
      AND member = ~$5::bigint AND {key} = $8::int)) AS score),
near AS MATERIALIZED (
    (SELECT low, tie, held FROM leaf
     WHERE community = $1 AND account = (SELECT account FROM shown) AND period = $3
       AND (low, tie) <= ((SELECT score FROM own), $5::bigint)
     ORDER BY low DESC, tie DESC LIMIT $7)
    UNION ALL
    (SELECT low, tie, held FROM leaf
     WHERE community = $1 AND account = (SELECT account FROM shown) AND period = $3
       AND (low, tie) > ((SELECT score FROM own), $5::bigint)
     ORDER BY low, tie LIMIT $6)),
top AS (SELECT low, tie FROM near ORDER BY low DESC, tie DESC LIMIT 1),
following AS (
    SELECT low FROM leaf
    WHERE community = $1 AND account = (SELECT account FROM shown) AND period = $3
      AND (low, tie) > ((SELECT low FROM top), (SELECT tie FROM top))
    ORDER BY low, tie LIMIT 1),
edge AS (
    SELECT low, tie, held FROM leaf
    WHERE community = $1 AND account = (SELECT account FROM shown) AND period = $3
      AND (low, tie) <= ((SELECT low FROM following), 9223372036854775807)
    ORDER BY low DESC, tie DESC LIMIT 1),
counted AS (
    SELECT l.n, (
        SELECT coalesce(sum(members), 0) FROM branch
        WHERE community = $1 AND account = (SELECT account FROM shown) AND period = $3
          AND (low, tie) > (l.low, l.tie)
    ) + (
        SELECT coalesce(sum(members), 0) FROM leaf
        WHERE community = $1 AND account = (SELECT account FROM shown) AND period = $3
          AND (low, tie) > (l.low, l.tie)
          AND (low, tie) < (coalesce(b.low, 9223372036854775807), coalesce(b.tie, 0))
    ) AS above
    FROM (SELECT 0 AS n, low, tie FROM top UNION ALL SELECT 1, low, tie FROM edge) l
    LEFT JOIN LATERAL (
        SELECT low, tie FROM branch
        WHERE community = $1 AND account = (SELECT account FROM shown) AND period = $3
          AND (low, tie) > (l.low, l.tie)
        ORDER BY low, tie LIMIT 1) b ON true)
SELECT key, members,
       ARRAY(SELECT low FROM near ORDER BY low, tie) AS lows,
       ARRAY(SELECT tie FROM near ORDER BY low, tie) AS ties,
       ARRAY(SELECT held FROM near ORDER BY low, tie) AS held,
       (SELECT above FROM counted WHERE n = 0)::int AS above,
       (SELECT low FROM following) AS following,
       (SELECT held FROM edge) AS edge,
       (SELECT above FROM counted WHERE n = 1)::int AS above_edge
FROM shown;

-- name: latest
-- An account's number, and the latest period in which one of few members has changed.
SELECT word AS account, (SELECT max({key}) FROM balance WHERE community = $1 AND account = word)
FROM word WHERE community = $1 AND name = $2;

-- name: few
-- The board of an account of few members.
SELECT member, "{period}" AS value FROM balance
WHERE community = $5 AND account = $6 AND {key} = $7::int

-- name: past
-- A board of a span of time, from the ledger. What was spent, expired or came back (6 to 8)
-- counts in what there is, which is of all time, and not in what a period has brought.
SELECT member, sum(granted)::bigint AS value FROM ledger
WHERE community = $5 AND at >= $7 AND at < $8 AND (why NOT IN (6, 7, 8, 11) OR $7 = -(1::bigint << 62))
  AND account = (SELECT word FROM word WHERE community = $5 AND name = $6)
GROUP BY member

-- name: listed
-- Of members with values those after a value and a member; or a member with those on both sides.
WITH sums AS MATERIALIZED ({source}),
start AS (SELECT coalesce($1, (SELECT value FROM sums WHERE member = $2)) AS value),
up AS (
    SELECT member, value FROM sums
    WHERE value >= (SELECT value FROM start)
      AND (value > (SELECT value FROM start) OR member < $2)
    ORDER BY value, member DESC LIMIT $3),
down AS (
    SELECT member, value FROM sums
    WHERE value <= (SELECT value FROM start)
      AND (value < (SELECT value FROM start) OR member > $2)
    ORDER BY value DESC, member LIMIT $4),
found AS (
    SELECT * FROM up UNION ALL SELECT * FROM down
    UNION ALL SELECT member, value FROM sums WHERE member = $2 AND $1 IS NULL),
first AS (SELECT member, value FROM found ORDER BY value DESC, member LIMIT 1),
counted AS (
    SELECT count(*) AS members, count(*) FILTER (WHERE s.value > f.value) AS higher,
           count(*) FILTER (
               WHERE s.value > f.value OR s.value = f.value AND s.member < f.member) AS before
    FROM sums s LEFT JOIN first f ON true)
SELECT member, value, members, higher, before
FROM counted LEFT JOIN found ON true ORDER BY value DESC, member;
