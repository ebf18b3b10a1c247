-- name: badges
-- Which badges a member was awarded by the actions at some positions, and how often.
SELECT badge, count(*) AS times FROM award
WHERE community = $1 AND member = $2 AND "offset" = ANY($3::bigint[]) GROUP BY badge;

-- name: spent
-- What a member redeemed since an instant and has not given back: the rewards.
SELECT f.reward FROM redemption f
WHERE f.community = $1 AND f.member = $2 AND f.at >= $3 AND f.state = 0
  AND NOT EXISTS (
    SELECT FROM redemption c WHERE c.community = $1 AND c.id = f.id AND c.state = 3);

-- name: held
-- How much a guard still holds of a member.
SELECT count(*) FROM (
    SELECT DISTINCT ON (about_offset, about_n) state FROM held
    WHERE community = $1 AND member = $2 ORDER BY about_offset, about_n, "offset" DESC) last
WHERE state IN (0, 3);
