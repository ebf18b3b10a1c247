-- name: find
-- Tokens and keys of members by the platform's ids.
SELECT id, token, key FROM hearth.members WHERE community = $1 AND id = ANY($2::text[]);

-- name: mint
-- New members; where another process was first, its row stays.
INSERT INTO hearth.members (community, id, token, key)
SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bytea[])
ON CONFLICT DO NOTHING;

-- name: by_token
-- Ids of members by their tokens.
SELECT token, id FROM hearth.members WHERE token = ANY($1::bigint[]);

-- name: share_erasing
-- Read keys while nobody begins or ends an erasure. Who stands still here lets go after a while.
SELECT set_config('idle_in_transaction_session_timeout', '5s', true),
    pg_advisory_xact_lock_shared(hashtext('hearth.erasures'));

-- name: keys
-- What opens the texts of some tokens, and the offset up to which it may; null: everywhere.
SELECT token, key, NULL::bigint AS cut FROM hearth.members WHERE token = ANY($1::bigint[])
UNION ALL
SELECT token, key, cut FROM hearth.erasures WHERE token = ANY($1::bigint[]) AND key IS NOT NULL;

-- name: verdicts
-- What was decided of some sealed texts.
SELECT partition, "offset", said FROM hearth.verdicts
WHERE (partition, "offset") IN (SELECT * FROM unnest($1::int[], $2::bigint[]));

-- name: erased_since
-- Who was erased after the nth erasure, and the last n there is; one row at least.
SELECT l.n AS last, e.token, e.community
FROM (SELECT coalesce(max(n), 0) AS n FROM hearth.erasures) l
LEFT JOIN hearth.erasures e ON e.n > $1;

-- name: erased_of
-- Those of some tokens whose members are erased.
SELECT token FROM hearth.erasures WHERE token = ANY($1::bigint[]);
