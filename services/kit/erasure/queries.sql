-- name: lock_erasing
-- Begin or end an erasure while nobody reads keys. Who stands still here lets go after a while.
SELECT set_config('idle_in_transaction_session_timeout', '5s', true),
    pg_advisory_xact_lock(hashtext('hearth.erasures'));

-- name: take_out
-- The id is forgotten; what the log knows the member by, and the key, are handed over.
DELETE FROM hearth.members WHERE community = $1 AND id = $2 RETURNING token, key;

-- name: order_erasure
-- A member is to be erased.
INSERT INTO hearth.erasures
    (erasure, community, token, subject, key, partition, cut, ordered_at, ordered_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: announce
-- Wake whoever carries erasures out, and tell every process to forget the member now.
SELECT pg_notify('hearth_erasures', ''), pg_notify('hearth_registry', $1);

-- name: of_subject
-- The erasures of one id, newest first.
SELECT erasure, community, token, partition, cut, ordered_at, ordered_by, subject, receipt,
    key IS NULL AS done
FROM hearth.erasures WHERE community = $1 AND subject = $2 ORDER BY n DESC LIMIT $3;

-- name: of_community
-- The erasures of a community, newest first.
SELECT erasure, community, token, partition, cut, ordered_at, ordered_by, subject, receipt,
    key IS NULL AS done
FROM hearth.erasures WHERE community = $1 ORDER BY n DESC LIMIT $2;

-- name: one
-- One erasure.
SELECT erasure, community, token, partition, cut, ordered_at, ordered_by, subject, receipt,
    key IS NULL AS done
FROM hearth.erasures WHERE community = $1 AND erasure = $2;

-- name: unfinished
-- Erasures whose keys still exist, oldest first.
SELECT erasure, community, token, partition, cut, ordered_at, ordered_by, subject, receipt,
    key IS NULL AS done
FROM hearth.erasures WHERE key IS NOT NULL ORDER BY n;

-- name: key
-- The key that is to be destroyed; none where it is.
SELECT key FROM hearth.erasures WHERE erasure = $1;

-- name: try_erasing
-- Become the one who carries erasures out, if nobody is.
SELECT pg_try_advisory_lock(hashtext('erasing'));

-- name: reached
-- How far the live generation of a projection is in a partition.
SELECT p.next FROM projection.progress p
JOIN projection.generations g USING (projection, generation)
WHERE g.live AND p.projection = $1 AND p.partition = $2;

-- name: dead
-- Where a partition's records were set aside by a fold.
SELECT DISTINCT "offset" FROM projection.dead_letters
WHERE partition = $1 AND "offset" < $2 AND reason IN ('fold', 'write');

-- name: add_verdicts
-- What was decided of texts that nobody will open any more; a repeat changes nothing.
INSERT INTO hearth.verdicts (partition, "offset", said)
SELECT $1, * FROM unnest($2::bigint[], $3::text[]) ON CONFLICT DO NOTHING;

-- name: quote_nobody
-- Dead letters say what kind of error it was and no more: the message may quote the member.
UPDATE projection.dead_letters SET detail = split_part(detail, ':', 1)
WHERE partition = $1 AND "offset" = ANY($2::bigint[]) AND reason IN ('fold', 'write');

-- name: destroy
-- The key is gone, and the receipt says so.
UPDATE hearth.erasures SET key = NULL, receipt = $2 WHERE erasure = $1 AND key IS NOT NULL;

-- name: forget_again
-- Members that the log says were erased: a restored backup may know them still.
DELETE FROM hearth.members WHERE token = ANY($1::bigint[]) RETURNING token;

-- name: restore_erasure
-- An erasure that only the log told of.
INSERT INTO hearth.erasures (erasure, community, token, partition, cut, ordered_at, ordered_by)
VALUES ($1, $2, $3, $4, $5, $6, '') ON CONFLICT DO NOTHING;
