-- name: member
-- One member.
SELECT since, since_offset, state FROM member WHERE community = $1 AND member = $2;

-- name: accounts
-- What members have of some accounts.
SELECT member, account, "all" AS value, earned FROM balance
WHERE community = $1 AND account = ANY($2::smallint[]) AND member = ANY($3::bigint[]);

-- name: accounts_at
-- What some members had of each account at a time, as was known at a position.
SELECT member, account, sum(granted)::bigint AS value FROM ledger
WHERE community = $1 AND member = ANY($2::bigint[]) AND at <= $3 AND "offset" <= $4
GROUP BY member, account;

-- name: members
-- Members in the order of their tokens.
SELECT member, since, since_offset, state FROM member
WHERE community = $1 AND member > $2 ORDER BY member LIMIT $3;

-- name: some_members
-- Members by token.
SELECT member, since, since_offset, state FROM member
WHERE community = $1 AND member = ANY($2::bigint[]);

-- name: count
-- How many members are known.
SELECT count(*) FROM member WHERE community = $1;

-- name: levels
-- The last change of each ladder's level, up to a time, as was known at a position: what a day's
-- passing changed has none, and was known once the log time had reached it.
SELECT DISTINCT ON (member, ladder) member, ladder, rank, at FROM level_history
WHERE community = $1 AND member = ANY($2::bigint[]) AND at <= $3
  AND "offset" <= $4 AND ("offset" >= 0 OR at <= $5)
ORDER BY member, ladder, at DESC, "offset" DESC;

-- name: awards
-- The badges of members, up to a time, as was known at a position.
SELECT member, badge, count(*) AS times, min(at) AS first, max(at) AS last FROM award
WHERE community = $1 AND member = ANY($2::bigint[]) AND at <= $3 AND "offset" <= $4
  AND NOT EXISTS (
      SELECT FROM badge_revocation r
      WHERE r.community = $1 AND r.member = award.member AND r.badge = award.badge
        AND r.at <= $3 AND r."offset" <= $4 AND r."offset" > award."offset"
        AND (r.subject = '' OR r.subject = award.subject))
GROUP BY member, badge ORDER BY min(at), badge;

-- name: roles
-- What was said of some members' roles, up to a time, as was known at a position.
SELECT member, role, until FROM role_history
WHERE community = $1 AND member = ANY($2::bigint[]) AND at <= $3 AND "offset" <= $4 ORDER BY at, "offset";
