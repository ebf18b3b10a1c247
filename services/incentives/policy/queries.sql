-- name: words
-- The words of a community.
SELECT word, name FROM word WHERE community = $1;

-- name: latest
-- The time zones of a community, and the policy that comes last in order of force.
SELECT c.zones, v.document FROM (SELECT $1::int AS community) k
LEFT JOIN community c ON c.community = k.community
LEFT JOIN LATERAL (
    SELECT document FROM policy_version p WHERE p.community = k.community
    ORDER BY effective_from DESC, version DESC, part DESC LIMIT 1) v ON true;
