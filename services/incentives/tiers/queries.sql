-- name: closes
-- The days with which communities of a partition are judged next.
SELECT community, day FROM tier_close JOIN home USING (community) WHERE partition = $1;

-- name: put_close
-- The day with which a community is judged next.
INSERT INTO tier_close (community, day) VALUES ($1, $2)
ON CONFLICT (community) DO UPDATE SET day = excluded.day;

-- name: end_close
-- A community is not judged until somebody acts again.
DELETE FROM tier_close WHERE community = $1;

-- name: goes_on
-- Whether the next day may bring a change that nobody acts for: somebody can come down yet, or what
-- was sent is of a day to come.
SELECT EXISTS (SELECT FROM tier_now WHERE community = $1 AND (tier > 0 OR stage < 5 OR persona > 0))
    OR EXISTS (SELECT FROM tier_day WHERE community = $1 AND day >= $2)
    OR EXISTS (SELECT FROM tier_order WHERE community = $1 AND day >= $2);

-- name: put_days
-- Add to what members did on local days. Numbers come as array literals.
INSERT INTO tier_day AS d
    (community, day, member, seen, acts, contributions, received, attended)
SELECT * FROM unnest(
    $1::text::int[], $2::text::int[], $3::text::bigint[], $4::text::int[], $5::text::int[],
    $6::text::int[], $7::text::int[], $8::text::int[])
ON CONFLICT (community, day, member) DO UPDATE
SET seen = d.seen + excluded.seen, acts = d.acts + excluded.acts,
    contributions = d.contributions + excluded.contributions,
    received = d.received + excluded.received, attended = d.attended + excluded.attended;

-- name: put_pairs
-- When members last reached others.
INSERT INTO tier_pair AS p (community, author, giver, day)
SELECT * FROM unnest(
    $1::text::int[], $2::text::bigint[], $3::text::bigint[], $4::text::int[])
ON CONFLICT (community, author, giver) DO UPDATE SET day = excluded.day WHERE p.day < excluded.day;
