-- name: lock
-- Places are given one after another.
SELECT pg_advisory_xact_lock(hashtextextended('hearth.credentials', $1));

-- name: put
-- Give a credential a place, where it has none.
INSERT INTO hearth.credentials (community, n, member, badge, position)
SELECT $1, coalesce(max(n) + 1, 0), $2, $3, $4 FROM hearth.credentials WHERE community = $1
ON CONFLICT (community, member, badge, position) DO NOTHING;

-- name: place
-- The place of a credential.
SELECT n FROM hearth.credentials
WHERE community = $1 AND member = $2 AND badge = $3 AND position = $4;

-- name: given
-- The credentials of a status list, and whether their members are still known.
SELECT c.n, c.member, c.badge, c.position, m.token IS NOT NULL AS known
FROM hearth.credentials c LEFT JOIN hearth.members m ON m.token = c.member
WHERE c.community = $1 AND c.n >= $2 AND c.n < $3 ORDER BY c.n;
