-- name: listed
-- Dead letters of some communities (null: of all, and those of none), newest first, after a place.
SELECT d.projection, d.partition, d."offset", c.slug, d.type, d.reason, d.detail, d.at, d.retried_at
FROM projection.dead_letters d LEFT JOIN hearth.communities c USING (community)
WHERE ($1::text[] IS NULL OR c.slug = ANY($1)) AND ($2::text IS NULL OR d.projection = $2)
    AND ($3::bool OR d.retried_at IS NULL)
    AND (d.at, d.projection, d.partition, d."offset")
        < ($4::bigint, $5::text, $6::int, $7::bigint)
ORDER BY d.at DESC, d.projection DESC, d.partition DESC, d."offset" DESC LIMIT $8;

-- name: one
-- One dead letter.
SELECT d.projection, d.partition, d."offset", c.slug, d.type, d.reason, d.detail, d.at, d.retried_at
FROM projection.dead_letters d LEFT JOIN hearth.communities c USING (community)
WHERE d.projection = $1 AND d.partition = $2 AND d."offset" = $3;
