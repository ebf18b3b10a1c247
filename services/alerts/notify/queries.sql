-- name: try_leading
-- One process tells people at a time.
SELECT pg_try_advisory_lock(hashtext('hearth notify'));

-- name: cursors
-- The partitions whose facts are there, and how far each was looked at.
SELECT p.partition, coalesce(c."offset", -1) AS "offset", coalesce(c.n, -1) AS n
FROM (SELECT DISTINCT partition FROM projection.progress WHERE projection = 'alerts') p
LEFT JOIN notify.cursor c USING (partition) ORDER BY p.partition;

-- name: facts
-- What was concluded after a place.
SELECT "offset", n, community, id, type, at, data FROM projection.facts
WHERE projection = 'alerts' AND partition = $1 AND ("offset", n) > ($2::bigint, $3::int)
ORDER BY "offset", n LIMIT $4;

-- name: receivers
-- Who receives anything of some communities, and which types of facts; null is all.
SELECT community, channel, events FROM notify.webhook
WHERE community = ANY($1::int[]) AND disabled_at IS NULL;

-- name: add_deliveries
-- Into the outbox; a repeat is the same row.
INSERT INTO notify.delivery (id, community, channel, incident, body, created_at, due_at)
SELECT *, $6::bigint, $6::bigint
FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[])
ON CONFLICT (id) DO NOTHING;

-- name: put_cursor
-- Facts up to here are in the outbox.
INSERT INTO notify.cursor (partition, "offset", n) VALUES ($1, $2, $3)
ON CONFLICT (partition) DO UPDATE SET "offset" = $2, n = $3;

-- name: due
-- Deliveries to try now, but for those under way and for receivers who are busy with others. What
-- was never tried, or is due later than any wait is long, was put here while our clock was ahead.
SELECT d.id, d.community, d.channel, d.body, d.attempts, w.url, w.secret
FROM notify.delivery d JOIN notify.webhook w USING (community, channel)
WHERE d.delivered_at IS NULL AND d.failed_at IS NULL
    AND (d.due_at <= $1 OR d.attempts = 0 OR d.due_at > $6)
    AND w.disabled_at IS NULL AND d.id <> ALL($2::text[])
    AND (d.community, d.channel) NOT IN
        (SELECT * FROM unnest($3::int[], $4::text[]))
ORDER BY d.due_at LIMIT $5;

-- name: next_due
-- When the next attempt falls due.
SELECT min(d.due_at) FROM notify.delivery d JOIN notify.webhook w USING (community, channel)
WHERE d.delivered_at IS NULL AND d.failed_at IS NULL AND w.disabled_at IS NULL
    AND d.id <> ALL($1::text[]);

-- name: delivered
-- It was taken.
UPDATE notify.delivery SET delivered_at = $2, attempts = attempts + 1, outcome = $3 WHERE id = $1;

-- name: again
-- It was not; try later.
UPDATE notify.delivery SET due_at = $2, attempts = attempts + 1, outcome = $3 WHERE id = $1;

-- name: given_up
-- It never will be.
UPDATE notify.delivery SET failed_at = $2, attempts = attempts + 1, outcome = $3 WHERE id = $1;

-- name: disable
-- A receiver wants no more; what waits for it is given up.
WITH off AS (
    UPDATE notify.webhook SET disabled_at = $3, disabled_why = $4
    WHERE community = $1 AND channel = $2 RETURNING community, channel)
UPDATE notify.delivery d SET failed_at = $3, outcome = $4 FROM off
WHERE d.community = off.community AND d.channel = off.channel
    AND d.delivered_at IS NULL AND d.failed_at IS NULL;

-- name: noted
-- How the last attempt went.
UPDATE notify.webhook SET last_at = $3, last_outcome = $4, last_delivered = $5
WHERE community = $1 AND channel = $2;

-- name: put_webhook
-- A receiver, enabled. One that is there keeps its secret unless $5 says that this replaces it.
INSERT INTO notify.webhook AS w (community, channel, url, secret, events, changed_at)
VALUES ($1, $2, $3, $4, $6, $7)
ON CONFLICT (community, channel) DO UPDATE
SET url = EXCLUDED.url, secret = CASE WHEN $5 THEN EXCLUDED.secret ELSE w.secret END,
    events = EXCLUDED.events, changed_at = EXCLUDED.changed_at,
    disabled_at = NULL, disabled_why = NULL
RETURNING w.secret;

-- name: webhooks
-- The receivers of a community, with what still waits for each.
SELECT w.channel, w.url, w.events, w.changed_at, w.disabled_at, w.disabled_why,
    w.last_at, w.last_outcome, w.last_delivered,
    (SELECT count(*) FROM notify.delivery d
     WHERE d.community = w.community AND d.channel = w.channel
        AND d.delivered_at IS NULL AND d.failed_at IS NULL) AS waiting
FROM notify.webhook w WHERE w.community = $1 ORDER BY w.channel;

-- name: drop_webhook
-- A receiver goes.
DELETE FROM notify.webhook WHERE community = $1 AND channel = $2;

-- name: forget_waiting
-- What waited for a receiver that went is given up: set again, it begins with what is new.
UPDATE notify.delivery SET failed_at = $3, outcome = 'the receiver was taken away'
WHERE community = $1 AND channel = $2 AND delivered_at IS NULL AND failed_at IS NULL;
