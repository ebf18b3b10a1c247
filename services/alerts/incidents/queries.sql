-- name: page
-- Incidents of a community, newest first, after a place.
SELECT i.incident, i.detected_at, i.document, s.name AS space_name FROM incident i
LEFT JOIN space s ON s.community = i.community AND s.space = i.space AND i.space > 0
WHERE i.community = $1 AND ($2::text IS NULL OR i.state = $2)
    AND (i.detected_at, i.incident) < ($3::bigint, $4::text)
ORDER BY i.detected_at DESC, i.incident DESC LIMIT $5;

-- name: one
-- One incident.
SELECT i.incident, i.detected_at, i.document, s.name AS space_name FROM incident i
LEFT JOIN space s ON s.community = i.community AND s.space = i.space AND i.space > 0
WHERE i.community = $1 AND i.incident = $2;

-- name: notified
-- When somebody was first told of incidents.
SELECT incident, min(delivered_at) AS at FROM notify.delivery
WHERE community = $1 AND incident = ANY($2::text[]) AND delivered_at IS NOT NULL GROUP BY incident;

-- name: open_by_priority
-- Open incidents, for the gauges.
SELECT community, priority, count(*) AS n FROM incident
WHERE community = ANY($1::int[]) AND state <> 'resolved' GROUP BY community, priority;
