-- name: head
-- How far a community is: for open, closed and anchors.
SELECT live, seen, first_day, closed_day FROM head WHERE community = $1;

-- name: zones
-- The community's time zones over time.
SELECT zones FROM community WHERE community = $1;

-- name: policy
-- The health section's document in force at an instant.
SELECT document FROM policy_version WHERE community = $1 AND effective_from <= $2
ORDER BY effective_from DESC, version DESC, part DESC LIMIT 1;

-- name: space
-- The number of a space.
SELECT space FROM space WHERE community = $1 AND name = $2 AND space > 0;

-- name: tallies
-- Counters of a space over a range of buckets.
SELECT bucket, counter, n FROM tally
WHERE community = $1 AND span = $2 AND space = $3 AND bucket BETWEEN $4 AND $5;

-- name: distinct_members
-- Distinct regular members over windows of days: all, and those who wrote. Space 0 is all spaces.
SELECT w.last, count(DISTINCT m.member) FILTER (WHERE m.active <> 0) AS active,
    count(DISTINCT m.member) FILTER (WHERE m.spoke <> 0) AS speakers
FROM unnest($2::int[], $3::int[]) AS w(first, last)
LEFT JOIN member_day m ON m.community = $1 AND m.day BETWEEN w.first AND w.last
    AND ($4 = 0 OR m.space = $4)
GROUP BY w.last;

-- name: censuses
-- The platform's counts of who is present.
SELECT at, present FROM census WHERE community = $1 AND at < $2 ORDER BY at;

-- name: presence_changes
-- By how much the number present changed, by day.
SELECT bucket, n FROM tally
WHERE community = $1 AND span = 2 AND space = 0 AND counter = 'present' AND bucket <= $2
ORDER BY bucket;

-- name: corrections
-- How many changes came after windows had closed, by bucket.
SELECT bucket, max(changes)::int AS changes FROM correction
WHERE community = $1 AND span = $2 AND space = $3 AND bucket BETWEEN $4 AND $5 GROUP BY bucket;

-- name: active_communities
-- Communities for the gauges, those seen last first.
SELECT community, slug FROM head ORDER BY seen DESC, community LIMIT $1;
