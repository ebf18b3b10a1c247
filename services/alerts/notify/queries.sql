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

-- name: channels
-- The channels of some communities that somebody receives.
SELECT community, channel FROM notify.webhook
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
-- Deliveries to try now, but for those under way and for receivers who are busy with others.
SELECT d.id, d.community, d.channel, d.body, d.attempts, w.url, w.secret
FROM notify.delivery d JOIN notify.webhook w USING (community, channel)
WHERE d.delivered_at IS NULL AND d.failed_at IS NULL AND d.due_at <= $1
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

-- name: put_webhook
-- A receiver of a channel, enabled.
INSERT INTO notify.webhook (community, channel, url, secret) VALUES ($1, $2, $3, $4)
ON CONFLICT (community, channel) DO UPDATE
SET url = $3, secret = $4, disabled_at = NULL, disabled_why = NULL;

-- name: webhooks
-- The receivers of a community.
SELECT channel, url, disabled_at, disabled_why FROM notify.webhook
WHERE community = $1 ORDER BY channel;

-- name: drop_webhook
-- A receiver goes.
DELETE FROM notify.webhook WHERE community = $1 AND channel = $2;
