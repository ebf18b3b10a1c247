-- name: versions
-- The policy versions of a community below a version, newest first, without their documents.
SELECT version, min(effective_from) AS effective_from, min(published_at) AS published_at,
    min("offset") AS "offset", count(*) AS parts
FROM policy_version WHERE community = $1 AND version < $2
GROUP BY version ORDER BY version DESC LIMIT $3;

-- name: version
-- The parts of one version.
SELECT part, effective_from, published_at, "offset", document
FROM policy_version WHERE community = $1 AND version = $2 ORDER BY part;

-- name: in_force
-- The version in force at a time.
SELECT version FROM policy_version WHERE community = $1 AND effective_from <= $2
ORDER BY effective_from DESC, version DESC, part DESC LIMIT 1;
