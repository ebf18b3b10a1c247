-- name: enrolled
-- Who is in programmes (in one, where it is named), up to a time and a position.
SELECT member, programme, adviser, since FROM (
    SELECT DISTINCT ON (programme, member) programme, member, adviser, since, enrolled
    FROM enrolment
    WHERE community = $1 AND ($2::text IS NULL OR programme = $2) AND at <= $3 AND "offset" <= $4
    ORDER BY programme, member, n DESC
) last
WHERE enrolled ORDER BY programme, since, member;

-- name: months
-- GMV of months (their beginnings and the end of the last), of all and of each of some members.
WITH paid AS (
    SELECT DISTINCT ON (subject) subject, member, amount,
        width_bucket(at, $2::bigint[]) AS month
    FROM purchase
    WHERE community = $1 AND paid AND at >= ($2::bigint[])[1] AND at < $3 AND "offset" <= $5
    ORDER BY subject, "offset"
), back AS (
    SELECT subject, coalesce(sum(amount), 0) AS amount, bool_or(amount IS NULL) AS whole
    FROM purchase
    WHERE community = $1 AND NOT paid AND at <= $4 AND "offset" <= $5
      AND subject IN (SELECT subject FROM paid)
    GROUP BY subject
), net AS (
    SELECT month, member, sum(greatest(0, paid.amount - coalesce(back.amount, 0))) AS value
    FROM paid LEFT JOIN back USING (subject) WHERE back.whole IS NOT TRUE GROUP BY month, member
)
SELECT month, NULL AS member, sum(value)::bigint AS value,
    count(*) FILTER (WHERE value > 0) AS payers
FROM net GROUP BY month
UNION ALL
SELECT month, member, value::bigint, 1 FROM net WHERE member = ANY($6::bigint[]);
