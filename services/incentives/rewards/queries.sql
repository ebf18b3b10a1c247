-- name: redemptions
-- What redemptions are now, of those with some ids or codes: the first step, and the last state.
SELECT f.member, f.reward, f.name, f.code, f.last_day, f.paid, f."offset", f.state AS begun, (
    SELECT state FROM redemption l WHERE l.community = f.community AND l.id = f.id
    ORDER BY "offset" DESC LIMIT 1) AS state
FROM redemption f
WHERE f.community = $1 AND f.state <= 1 AND (f.id = ANY($2::bytea[]) OR f.code = ANY($3::text[]))
ORDER BY f."offset", f.name;

-- name: taken
-- How many of some rewards are taken.
SELECT r.reward, (
    SELECT taken FROM redemption
    WHERE community = $1 AND reward = r.reward AND taken IS NOT NULL
    ORDER BY "offset" DESC LIMIT 1) AS taken
FROM unnest($2::smallint[]) r(reward);

-- name: look_at
-- Turn this transaction towards the live tables; nothing where the projection never ran.
SELECT set_config('search_path', projection || '_' || generation, true)
FROM projection.generations WHERE projection = 'incentives' AND live;

-- name: lock
-- One decision of a community at a time, wherever it is made; held by the session.
SELECT pg_advisory_lock(hashtext('rewards.decision'), $1::int);

-- name: unlock
-- The next decision may be made.
SELECT pg_advisory_unlock(hashtext('rewards.decision'), $1::int);

-- name: decided
-- What was decided of some redemptions.
SELECT redemption, member, reward, costs, code, valid_until, partition, key, value, position
FROM rewards.decision WHERE community = $1 AND redemption = ANY($2::text[]);

-- name: policy_mark
-- What changes whenever policies or zones of a community do.
SELECT c.zones, (SELECT max("offset") FROM policy_version v WHERE v.community = $1) AS published
FROM community c WHERE c.community = $1;

-- name: members
-- What the fold keeps of some members, and what they have of some accounts.
SELECT m.member, m.since, m.since_offset, m.state, b.account, b."all" AS value
FROM member m LEFT JOIN balance b
    ON b.community = m.community AND b.member = m.member AND b.account = ANY($2::smallint[])
WHERE m.community = $1 AND m.member = ANY($3::bigint[]) ORDER BY m.member;

-- name: ranks
-- The level of some members on a ladder.
SELECT DISTINCT ON (member) member, rank FROM level_history
WHERE community = $1 AND ladder = $2 AND member = ANY($3::bigint[])
ORDER BY member, at DESC, "offset" DESC;

-- name: own
-- How many of each reward some members have redeemed and not given back.
SELECT member, reward, sum(CASE state WHEN 0 THEN 1 ELSE -1 END)::int AS own FROM redemption
WHERE community = $1 AND member = ANY($2::bigint[]) AND taken IS NOT NULL GROUP BY member, reward;

-- name: decide
-- Decisions of a community: their holds and their actions in one.
INSERT INTO rewards.decision
    (community, partition, decided_at, redemption, member, reward, costs, code, valid_until,
     key, value)
SELECT $1, $2, $3, * FROM unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::bytea[], $11::bytea[]);

-- name: sent
-- Where the log has what was decided. The first place is kept: the fold takes no other.
-- It need not be on disk: what is forgotten is appended once more.
UPDATE rewards.decision d SET position = s.position
FROM unnest($2::text[], $3::bigint[]) s(redemption, position),
    (SELECT set_config('synchronous_commit', 'off', true) AS commit OFFSET 0) c
WHERE d.community = $1 AND d.redemption = s.redemption AND d.position IS NULL AND c.commit = 'off';

-- name: unsent
-- Decisions that the log may not have: whoever made them has died, or the log was away. One that is
-- later than now was made while our clock was ahead.
SELECT community, redemption, partition, key, value FROM rewards.decision
WHERE position IS NULL AND (decided_at <= $1 OR decided_at > $3) ORDER BY decided_at LIMIT $2
FOR UPDATE SKIP LOCKED;

-- name: prune
-- Forget decisions that have long been folded: the projection's own table knows them.
DELETE FROM rewards.decision d USING projection.progress p, projection.generations g
WHERE g.live AND g.projection = 'incentives' AND p.projection = g.projection
  AND p.generation = g.generation AND p.partition = d.partition
  AND d.position < p.next AND d.decided_at < $1;

-- name: taken_at
-- How many of each reward were taken by a time.
SELECT reward, sum(CASE state WHEN 0 THEN 1 ELSE -1 END)::bigint AS taken FROM redemption
WHERE community = $1 AND at <= $2 AND taken IS NOT NULL GROUP BY reward;

-- name: of_member
-- What a member took or was given, newest first, after a place in that order; with the last state.
SELECT f.name, f.reward, f.state AS begun, f.at, f."offset", f.code, f.last_day, f.paid,
       l.state, l.at AS state_at
FROM redemption f JOIN LATERAL (
    SELECT state, at FROM redemption s
    WHERE s.community = f.community AND s.id = f.id AND s.at <= $3
    ORDER BY "offset" DESC LIMIT 1) l ON true
WHERE f.community = $1 AND f.member = $2 AND f.at <= $3 AND f.state <= 1
  AND (f.at, f."offset", f.name) < ($4::bigint, $5::bigint, $6::text)
ORDER BY f.at DESC, f."offset" DESC, f.name DESC LIMIT $7;

-- name: held
-- What some members hold: decided, and not yet folded by the live tables.
SELECT d.member, d.reward, d.costs FROM rewards.decision d JOIN projection.generations g
    ON g.live AND g.projection = 'incentives'
LEFT JOIN projection.progress p
    ON p.projection = g.projection AND p.generation = g.generation AND p.partition = d.partition
WHERE d.community = $1 AND d.member = ANY($2::bigint[])
  AND (d.position IS NULL OR d.position >= coalesce(p.next, 0));

-- name: held_stock
-- How many of each reward are held.
SELECT d.reward, count(*) AS held FROM rewards.decision d JOIN projection.generations g
    ON g.live AND g.projection = 'incentives'
LEFT JOIN projection.progress p
    ON p.projection = g.projection AND p.generation = g.generation AND p.partition = d.partition
WHERE d.community = $1 AND (d.position IS NULL OR d.position >= coalesce(p.next, 0))
GROUP BY d.reward;
