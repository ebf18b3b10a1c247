-- name: amounts
-- What is held of members in an account, by event time up to a time and by position up to one.
SELECT member, sum(asked)::bigint AS amount FROM (
    SELECT DISTINCT ON (about_offset, about_n) member, asked, state FROM held
    WHERE community = $1 AND member = ANY($2::bigint[]) AND account = $3
      AND at <= $4 AND "offset" <= $5
    ORDER BY about_offset, about_n, "offset" DESC
) last
WHERE state IN (0, 3) GROUP BY member;

-- name: page
-- What is held in a community, or of a member, the latest first; up to a time and a position.
SELECT * FROM (
    SELECT DISTINCT ON (about_offset, about_n) about_offset, about_n, state, member, account, rule,
           guard, asked, at, due, giver, between, name
    FROM held
    WHERE community = $1 AND ($2::bigint IS NULL OR member = $2) AND at <= $3
      AND "offset" <= $4 AND (about_offset, about_n) < ($5, $6)
    ORDER BY about_offset DESC, about_n DESC, "offset" DESC
) last
WHERE state IN (0, 3) ORDER BY about_offset DESC, about_n DESC LIMIT $7;

-- name: state
-- What became last of a held entry.
SELECT state FROM held WHERE community = $1 AND name = $2 ORDER BY "offset" DESC LIMIT 1;
