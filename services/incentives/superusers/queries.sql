-- name: payers
-- How many paid in a span, and how much together, less what was paid back; known by a position.
WITH paid AS (
    SELECT DISTINCT ON (subject) subject, member, amount FROM purchase
    WHERE community = $1 AND paid AND at >= $2 AND at < $3 AND "offset" <= $5
    ORDER BY subject, "offset"
), back AS (
    SELECT subject, coalesce(sum(amount), 0) AS amount, bool_or(amount IS NULL) AS whole
    FROM purchase
    WHERE community = $1 AND NOT paid AND at <= $4 AND "offset" <= $5
      AND subject IN (SELECT subject FROM paid)
    GROUP BY subject
), gmv AS (
    SELECT member, sum(greatest(0, paid.amount - coalesce(back.amount, 0))) AS value
    FROM paid LEFT JOIN back USING (subject) WHERE back.whole IS NOT TRUE GROUP BY member
)
SELECT count(*) AS payers, coalesce(sum(value), 0)::bigint AS total FROM gmv WHERE value > 0;

-- name: spenders
-- Of a span the payers whose sum is above a bound, or who are among the first; all of one sum
-- with the last of these.
WITH paid AS (
    SELECT DISTINCT ON (subject) subject, member, amount FROM purchase
    WHERE community = $1 AND paid AND at >= $2 AND at < $3 AND "offset" <= $5
    ORDER BY subject, "offset"
), back AS (
    SELECT subject, coalesce(sum(amount), 0) AS amount, bool_or(amount IS NULL) AS whole
    FROM purchase
    WHERE community = $1 AND NOT paid AND at <= $4 AND "offset" <= $5
      AND subject IN (SELECT subject FROM paid)
    GROUP BY subject
), gmv AS (
    SELECT member, sum(greatest(0, paid.amount - coalesce(back.amount, 0)))::bigint AS value
    FROM paid LEFT JOIN back USING (subject) WHERE back.whole IS NOT TRUE GROUP BY member
), placed AS (
    SELECT member, value, rank() OVER (ORDER BY value DESC) AS place FROM gmv WHERE value > 0
)
SELECT member, value, place FROM placed WHERE value > $6 OR place <= $7;

-- name: leaders
-- Members to whom so many different others responded in a span, as was known at a position.
SELECT author, count(*) AS responders FROM (
    SELECT author, giver FROM response
    WHERE community = $1 AND at >= $2 AND at < $3 AND "offset" <= $4
    GROUP BY author, giver HAVING sum(step) > 0
) pair
GROUP BY author HAVING count(*) >= $5;
