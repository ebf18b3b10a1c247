-- name: members
-- Members in the order of their tokens.
SELECT member, since, since_offset, state FROM member
WHERE community = $1 AND member > $2 ORDER BY member LIMIT $3;

-- name: balances
-- What some members have of some accounts.
SELECT member, account, "all" AS value FROM balance
WHERE community = $1 AND account = ANY($2::smallint[]) AND member = ANY($3::bigint[]);
