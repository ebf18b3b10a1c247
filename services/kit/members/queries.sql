-- name: find
-- Tokens and keys of members by the platform's ids.
SELECT id, token, key FROM hearth.members WHERE community = $1 AND id = ANY($2::text[]);

-- name: mint
-- New members; where another process was first, its row stays.
INSERT INTO hearth.members (community, id, token, key)
SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bytea[])
ON CONFLICT DO NOTHING;

-- name: by_token
-- Ids and keys of members by their tokens.
SELECT token, id, key FROM hearth.members WHERE token = ANY($1::bigint[]);
