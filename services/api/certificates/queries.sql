-- name: put
-- A certificate; made again it is the same.
INSERT INTO hearth.certificates (id, community, member, about, sealed)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING;

-- name: one
-- A certificate by its id.
SELECT community, member, about, sealed FROM hearth.certificates WHERE id = $1;
