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

-- name: approve
-- Somebody approves of a draft.
INSERT INTO hearth.approvals (community, document, key, name, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING;

-- name: approver
-- Who approved of a draft by another key than its author's, the first.
SELECT name FROM hearth.approvals
WHERE community = $1 AND document = $2 AND ($3::text IS NULL OR key <> $3) AND name <> $4
ORDER BY at, key LIMIT 1;
