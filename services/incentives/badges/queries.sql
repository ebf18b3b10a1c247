-- name: held
-- A badge of a member: when first awarded and when last, how often; and when it was taken away, if no
-- award came after that. Awards that were taken away count only where all were.
SELECT count(*) AS times, min(a.at) AS first, max(a.at) AS last,
       bool_and(r.at IS NOT NULL) AS gone, max(r.at) AS revoked,
       min(a.at) FILTER (WHERE r.at IS NULL) AS since,
       min(a."offset") FILTER (WHERE r.at IS NULL) AS position
FROM award a
LEFT JOIN LATERAL (
    SELECT min(at) AS at FROM badge_revocation r
    WHERE r.community = a.community AND r.member = a.member AND r.badge = a.badge
      AND r."offset" > a."offset" AND (r.subject = '' OR r.subject = a.subject)) r ON true
WHERE a.community = $1 AND a.badge = $2 AND a.member = $3;

-- name: standing
-- Of awards, by badge, member and position, those that were not taken away.
SELECT w.name, a.member, a."offset" AS position
FROM unnest($2::text[], $3::bigint[], $4::bigint[]) c (name, member, position)
JOIN word w ON w.community = $1 AND w.name = c.name
JOIN award a ON a.community = $1 AND a.member = c.member AND a."offset" = c.position
    AND a.badge = w.word
WHERE NOT EXISTS (
    SELECT FROM badge_revocation r
    WHERE r.community = $1 AND r.member = a.member AND r.badge = a.badge
      AND r."offset" > a."offset" AND (r.subject = '' OR r.subject = a.subject));
