-- name: heads
-- Every community of a partition, for the timers.
SELECT community, slug, live, seen, arrived, first_day, closed_day, close_at, idle, deadline, recheck
FROM head WHERE partition = $1;

-- name: spaces
-- Spaces of some communities.
SELECT community, space, name, last_message FROM space WHERE community = ANY($1::int[]);

-- name: roles
-- Roles of some communities.
SELECT community, member, role, since, until FROM role WHERE community = ANY($1::int[])
ORDER BY community, member, since, role;

-- name: days
-- Counters of whole communities on recent days.
SELECT community, bucket, counter, n FROM tally t
JOIN unnest($1::int[], $2::int[]) AS asked(community, from_day) USING (community)
WHERE t.span = 2 AND t.space = 0 AND t.bucket >= asked.from_day;

-- name: rule_states
-- Where the rules of some communities stand.
SELECT community, rule, space, document FROM rule_state WHERE community = ANY($1::int[]);

-- name: watches
-- What spike rules of some communities remember.
SELECT community, rule, space, document FROM watch WHERE community = ANY($1::int[]);

-- name: open_incidents
-- Open incidents of some communities.
SELECT community, document FROM incident
WHERE community = ANY($1::int[]) AND state <> 'resolved' ORDER BY community, detected_at, incident;

-- name: member_days
-- Who acted on some days.
SELECT community, day, member, space, active, spoke FROM member_day
JOIN unnest($1::int[], $2::int[]) AS asked(community, day) USING (community, day);

-- name: presence
-- Presence of some members.
SELECT community, member, since FROM presence
JOIN unnest($1::int[], $2::bigint[]) AS asked(community, member) USING (community, member);

-- name: messages
-- Some messages.
SELECT community, post, at, space, member, kind, regular, guessed FROM message
JOIN unnest($1::int[], $2::bigint[]) AS asked(community, post) USING (community, post);

-- name: put_heads
-- How far communities are.
INSERT INTO head (community, partition, slug, live, seen, arrived, first_day, closed_day,
    close_at, idle, deadline, recheck)
SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::bool[], $5::bigint[], $6::bigint[],
    $7::int[], $8::int[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
ON CONFLICT (community) DO UPDATE SET live = excluded.live, seen = excluded.seen,
    arrived = excluded.arrived, first_day = excluded.first_day, closed_day = excluded.closed_day,
    close_at = excluded.close_at, idle = excluded.idle, deadline = excluded.deadline,
    recheck = excluded.recheck;

-- name: put_spaces
-- Spaces, and when each was last written in.
INSERT INTO space (community, space, name, last_message)
SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::bigint[])
ON CONFLICT (community, space) DO UPDATE SET last_message = excluded.last_message;

-- name: put_roles
-- Roles.
INSERT INTO role (community, member, role, since, until)
SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[])
ON CONFLICT (community, member, role) DO UPDATE
SET since = excluded.since, until = excluded.until;

-- name: put_presence
-- Presence.
INSERT INTO presence (community, member, since)
SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[])
ON CONFLICT (community, member) DO UPDATE SET since = excluded.since;

-- name: put_census
-- Censuses.
INSERT INTO census (community, at, present)
SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[])
ON CONFLICT (community, at) DO UPDATE SET present = excluded.present;

-- name: add_tallies
-- Counters go up.
INSERT INTO tally (community, span, bucket, space, counter, n)
SELECT * FROM unnest($1::int[], $2::smallint[], $3::int[], $4::int[], $5::text[], $6::bigint[])
ON CONFLICT (community, span, space, bucket, counter) DO UPDATE SET n = tally.n + excluded.n;

-- name: add_corrections
-- What came late.
INSERT INTO correction (community, span, bucket, space, counter, delta, changes, last_at)
SELECT * FROM unnest($1::int[], $2::smallint[], $3::int[], $4::int[], $5::text[], $6::bigint[],
    $7::int[], $8::bigint[])
ON CONFLICT (community, span, space, bucket, counter) DO UPDATE
SET delta = correction.delta + excluded.delta, changes = correction.changes + excluded.changes,
    last_at = excluded.last_at;

-- name: put_member_days
-- Who acted when.
INSERT INTO member_day (community, day, member, space, active, spoke)
SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::int[], $5::int[], $6::int[])
ON CONFLICT (community, day, member, space) DO UPDATE
SET active = excluded.active, spoke = excluded.spoke;

-- name: put_messages
-- Messages.
INSERT INTO message (community, post, at, space, member, kind, regular, guessed)
SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::int[], $5::bigint[], $6::text[],
    $7::bool[], $8::bool[])
ON CONFLICT (community, post) DO UPDATE SET at = excluded.at, space = excluded.space,
    member = excluded.member, kind = excluded.kind, regular = excluded.regular,
    guessed = excluded.guessed;

-- name: put_rule_states
-- Where rules stand.
INSERT INTO rule_state (community, rule, space, state, since, document)
SELECT * FROM unnest($1::int[], $2::text[], $3::int[], $4::text[], $5::bigint[], $6::text[])
ON CONFLICT (community, rule, space) DO UPDATE SET state = excluded.state,
    since = excluded.since, document = excluded.document;

-- name: add_rule_changes
-- Edges that were taken.
INSERT INTO rule_change
    (community, rule, space, n, at, log_time, was, state, cause, why, correction)
SELECT * FROM unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::bigint[], $6::bigint[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::bool[]);

-- name: put_watches
-- What spike rules remember.
INSERT INTO watch (community, rule, space, document)
SELECT * FROM unnest($1::int[], $2::text[], $3::int[], $4::text[])
ON CONFLICT (community, rule, space) DO UPDATE SET document = excluded.document;

-- name: put_incidents
-- Incidents; the resolved first, so that an episode may follow another in one batch.
INSERT INTO incident (community, incident, rule, space, state, priority, detected_at, document)
SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::text[], $6::smallint[],
    $7::bigint[], $8::text[])
ON CONFLICT (community, incident) DO UPDATE SET state = excluded.state,
    priority = excluded.priority, document = excluded.document;

-- name: add_refusals
-- Orders that did not fit.
INSERT INTO refusal (community, event, at, type, reason)
SELECT * FROM unnest($1::int[], $2::bytea[], $3::bigint[], $4::text[], $5::text[])
ON CONFLICT DO NOTHING;
