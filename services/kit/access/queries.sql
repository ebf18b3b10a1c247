-- name: create
-- A new key.
INSERT INTO hearth.api_keys (id, hash, name, scopes, communities, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: find
-- The key of a visible part, unless it was revoked.
SELECT id, hash, name, scopes, communities, created_at, expires_at, last_used_at
FROM hearth.api_keys WHERE id = $1 AND revoked_at IS NULL;

-- name: listed
-- Every key that was not revoked, newest first.
SELECT id, hash, name, scopes, communities, created_at, expires_at, last_used_at
FROM hearth.api_keys WHERE revoked_at IS NULL ORDER BY created_at DESC, id;

-- name: revoke
-- Take a key back; gives its id where there was one.
UPDATE hearth.api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id;

-- name: used
-- Remember when keys were last used.
UPDATE hearth.api_keys k SET last_used_at = u.at
FROM unnest($1::text[], $2::bigint[]) AS u(id, at)
WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at);
