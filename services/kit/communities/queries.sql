-- name: communities
-- What is known of some communities.
SELECT community, zones, started FROM community WHERE community = ANY($1::int[]);

-- name: versions
-- The policy versions of some communities, in order of force.
SELECT community, version, part, effective_from, published_at, "offset", document
FROM policy_version WHERE community = ANY($1::int[])
ORDER BY community, effective_from, version, part;

-- name: put
-- Zones and start of a community.
INSERT INTO community (community, zones, started) VALUES ($1, $2, $3)
ON CONFLICT (community) DO UPDATE SET zones = excluded.zones, started = excluded.started;

-- name: drop_versions
-- Before the first member action publishing replaces what was published.
DELETE FROM policy_version WHERE community = $1;

-- name: put_version
-- One part of a version.
INSERT INTO policy_version
    (community, version, part, effective_from, published_at, "offset", document)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING;
