-- name: words
-- The words of some communities.
SELECT community, word, name FROM word WHERE community = ANY($1::int[]);

-- name: contents
-- Posts by their subjects.
SELECT subject, author, "offset", views, changed, kind, made, removed, owned, tallies
FROM content WHERE community = $1 AND subject = ANY($2::bytea[]);

-- name: members
-- Members by their tokens.
SELECT member, since, since_offset, check_day, state
FROM member WHERE community = $1 AND member = ANY($2::text::bigint[]);

-- name: balances
-- All accounts of some members.
SELECT account, member, "all", earned, "day", "week", "month", day_key, week_key, month_key
FROM balance
WHERE community = $1 AND account = ANY($2::smallint[]) AND member = ANY($3::text::bigint[]);

-- name: past_caps
-- What old windows had used, of some members.
SELECT member, cap, window_start, used FROM past_cap
WHERE community = $1 AND member = ANY($2::text::bigint[]);

-- name: causes
-- All entries about some subjects, in order.
SELECT subject, key, "offset", n, member, account, rule, at, asked, granted, limited_by, why,
       about_offset, about_n
FROM ledger WHERE community = $1 AND subject = ANY($2::bytea[]) ORDER BY "offset", n;

-- name: cut
-- The entries of a member from a day on, in order: what a cap had cut, and what became of it.
SELECT subject, key, "offset", n, member, account, rule, at, asked, granted, limited_by, why,
       about_offset, about_n
FROM ledger WHERE community = $1 AND member = $2 AND at >= $3 ORDER BY "offset", n;

-- name: holders
-- Whose held entries are, by their names.
SELECT DISTINCT name, member FROM held WHERE community = $1 AND name = ANY($2::text[]);

-- name: next_checks
-- The days on which time alone may take something, of each community of a partition.
SELECT DISTINCT community, check_day AS day FROM member JOIN home USING (community)
WHERE check_day IS NOT NULL AND partition = $1;

-- name: put_homes
-- Which partition communities are in.
INSERT INTO home (community, partition) SELECT *, $2::int FROM unnest($1::int[])
ON CONFLICT DO NOTHING;

-- name: due_checks
-- Members of whom time alone may take something by a day.
SELECT member FROM member WHERE community = $1 AND check_day <= $2;

-- name: put_words
-- New words.
INSERT INTO word (community, word, name)
SELECT $1, * FROM unnest($2::smallint[], $3::text[]);

-- name: put_contents
-- Posts as they are now. Numbers come as array literals.
INSERT INTO content
    (community, subject, author, "offset", views, changed, removed, owned, kind, made, tallies)
SELECT $1, * FROM unnest(
    $2::bytea[], $3::text::bigint[], $4::text::bigint[], $5::text::bigint[], $6::text::bigint[],
    $7::text::bool[], $8::text::bool[], $9::text[], $10::text[], $11::bytea[])
ON CONFLICT (community, subject) DO UPDATE
SET author = excluded.author, "offset" = excluded."offset", views = excluded.views,
    changed = excluded.changed, kind = excluded.kind, made = excluded.made,
    removed = excluded.removed, owned = excluded.owned, tallies = excluded.tallies;

-- name: put_members
-- Members as they are now.
INSERT INTO member (community, member, since, since_offset, check_day, state)
SELECT $1, * FROM unnest(
    $2::text::bigint[], $3::text::bigint[], $4::text::bigint[], $5::text::int[], $6::bytea[])
ON CONFLICT (community, member) DO UPDATE
SET check_day = excluded.check_day, state = excluded.state;

-- name: put_past_caps
-- Windows that the members' state lets go of.
INSERT INTO past_cap (community, member, cap, window_start, used)
SELECT $1, * FROM unnest(
    $2::text::bigint[], $3::text::smallint[], $4::text::int[], $5::text::bigint[])
ON CONFLICT (community, member, cap, window_start) DO UPDATE SET used = excluded.used;

-- name: put_balances
-- Accounts as they are now.
INSERT INTO balance
    (community, account, member, "all", earned, "day", "week", "month",
     day_key, week_key, month_key)
SELECT $1, * FROM unnest(
    $2::text::smallint[], $3::text::bigint[], $4::text::bigint[], $5::text::bigint[],
    $6::text::bigint[], $7::text::bigint[], $8::text::bigint[], $9::text::int[],
    $10::text::int[], $11::text::int[])
ON CONFLICT (community, account, member) DO UPDATE
SET "all" = excluded."all", earned = excluded.earned, "day" = excluded."day",
    "week" = excluded."week", "month" = excluded."month", day_key = excluded.day_key,
    week_key = excluded.week_key, month_key = excluded.month_key;
