-- name: tallied
-- Counters of a space (0: of all) over local days.
SELECT counter, sum(n)::bigint AS n FROM tally
WHERE community = $1 AND span = 2 AND space = $2 AND bucket BETWEEN $3 AND $4
  AND counter = ANY($5::text[])
GROUP BY counter;

-- name: people
-- Distinct regular members over local days: who acted, and who wrote.
SELECT count(DISTINCT member) FILTER (WHERE active <> 0) AS active,
    count(DISTINCT member) FILTER (WHERE spoke <> 0) AS speakers
FROM member_day
WHERE community = $1 AND ($2 = 0 OR space = $2) AND day BETWEEN $3 AND $4;
