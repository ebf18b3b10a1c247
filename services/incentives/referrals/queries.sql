-- name: inviter
-- Who invited a member, by event time up to a time and by position up to a position.
SELECT inviter, at FROM referral
WHERE community = $1 AND member = $2 AND at <= $3 AND "offset" <= $4;

-- name: invited
-- Whom a member invited, the latest first, after a place in that order.
SELECT member, at FROM referral
WHERE community = $1 AND inviter = $2 AND at <= $3 AND "offset" <= $4 AND (at, member) < ($5, $6)
ORDER BY at DESC, member DESC LIMIT $7;

-- name: count
-- How many a member invited.
SELECT count(*) FROM referral
WHERE community = $1 AND inviter = $2 AND at <= $3 AND "offset" <= $4;

-- name: brought
-- What referrals brought a member, of each account, what was taken back less.
SELECT account, rule, sum(granted)::bigint AS granted FROM ledger
WHERE community = $1 AND member = $2 AND at <= $3 AND "offset" <= $4 AND rule = ANY($5::smallint[])
GROUP BY account, rule ORDER BY rule, account;
