-- name: facts
-- Facts of a community that a projection concluded after a place.
SELECT "offset", n, id, type, at, data FROM projection.facts
WHERE community = $1 AND projection = $2 AND ("offset", n) > ($3::bigint, $4::int)
ORDER BY "offset", n LIMIT $5;

-- name: newest
-- The place of the newest fact of a community.
SELECT "offset", n FROM projection.facts WHERE community = $1 AND projection = $2
ORDER BY "offset" DESC, n DESC LIMIT 1;
