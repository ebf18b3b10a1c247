-- name: of_members
-- The stars of members, the latest first, of a past.
SELECT member, star, per, first, rank, score, at, begins, ends, account, "offset" FROM star
WHERE community = $1 AND member = ANY($2::bigint[]) AND at <= $3 AND "offset" <= $4
ORDER BY at DESC, star, rank, member;

-- name: page
-- Stars of a community, the latest first and then by name and rank, after a place; of one star or all.
SELECT member, star, per, first, rank, score, at, begins, ends, account, "offset" FROM star
WHERE community = $1 AND at <= $2 AND "offset" <= $3 AND ($4::smallint IS NULL OR star = $4)
  AND ($5::smallint IS NULL OR per = $5 AND first = $6)
  AND (-at, star, rank, member) > ($7::bigint, $8::int, $9::int, $10::bigint)
ORDER BY at DESC, star, rank, member LIMIT $11;

-- name: corrections
-- What came after they were closed, of a past.
SELECT member, star, first, sum(change)::bigint AS change, count(*)::int AS times
FROM star_correction
WHERE community = $1 AND member = ANY($2::bigint[]) AND at <= $3 AND "offset" <= $4
GROUP BY member, star, first;

-- name: one
-- One star: by name, period, and member.
SELECT member, star, per, first, rank, score, at, begins, ends, account, "offset" FROM star
WHERE community = $1 AND star = $2 AND per = $3 AND first = $4 AND member = $5;
