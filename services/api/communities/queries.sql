-- name: begin
-- A row to lock for a community of which nothing was said yet.
INSERT INTO hearth.announced (community, number, settings, policy, "position")
VALUES ($1, 0, '', '', -1) ON CONFLICT DO NOTHING;

-- name: said
-- What was last said of a community, held still until this transaction ends.
SELECT number, settings, policy, "position" FROM hearth.announced WHERE community = $1 FOR UPDATE;

-- name: last_policy
-- The digest of the policy that was last said.
SELECT policy FROM hearth.announced WHERE community = $1;

-- name: say
-- Remember what was said.
UPDATE hearth.announced SET number = $2, settings = $3, policy = $4, "position" = $5
WHERE community = $1;
