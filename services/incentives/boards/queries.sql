-- name: on_balances
-- Of some accounts what their boards must agree with.
SELECT account, count(*)::int AS members, sum("all") AS total,
       max(day_key) AS day, max(week_key) AS week, max(month_key) AS month
FROM balance WHERE community = $1 AND account = ANY($2::smallint[]) GROUP BY account;

-- name: boards
-- The boards of some accounts.
SELECT account, period, key, members, total FROM board
WHERE community = $1 AND account = ANY($2::smallint[]) ORDER BY account, period;

-- name: leaves
-- The leaves of some accounts' boards, but not what they hold.
SELECT account, period, low, tie, members, octet_length(held) / 16 AS pairs FROM leaf
WHERE community = $1 AND account = ANY($2::smallint[]) ORDER BY account, period, low, tie;

-- name: branches
-- The branches of some accounts' boards.
SELECT account, period, low, tie FROM branch
WHERE community = $1 AND account = ANY($2::smallint[]) ORDER BY account, period, low, tie;

-- name: make_leaves
-- Leaves of a board from the balances.
INSERT INTO leaf (community, account, period, low, tie, members, held)
SELECT $1, $2, $3,
       CASE n WHEN 0 THEN -9223372036854775808 ELSE min(score) END,
       CASE n WHEN 0 THEN -9223372036854775808
       ELSE ~(array_agg(member ORDER BY score, member DESC))[1] END,
       count(*), string_agg(int8send(member) || int8send(score), '')
FROM (
    SELECT member, "{period}" AS score,
           (row_number() OVER (ORDER BY "{period}", member DESC) - 1) / 40 AS n
    FROM balance WHERE community = $1 AND account = $2 AND {key} = $4::int) each
GROUP BY n;

-- name: make_branches
-- Branches of a board from its leaves.
INSERT INTO branch (community, account, period, low, tie, members)
SELECT $1, $2, $3, min(low), (array_agg(tie ORDER BY low, tie))[1], sum(members)
FROM (
    SELECT low, tie, members, (row_number() OVER (ORDER BY low, tie) - 1) / 64 AS n
    FROM leaf WHERE community = $1 AND account = $2 AND period = $3) each
GROUP BY n;

-- name: make_board
-- What a board shows, from the balances.
INSERT INTO board (community, account, period, key, members, total)
SELECT $1, $2, $3, $4, count(*), coalesce(sum("{period}"), 0)
FROM balance WHERE community = $1 AND account = $2 AND {key} = $4::int
ON CONFLICT (community, account, period) DO UPDATE
SET key = excluded.key, members = excluded.members, total = excluded.total;

-- name: drop_leaves_of
-- A board is made anew, or its period is over: it is computed from the ledger from now on.
DELETE FROM leaf WHERE community = $1 AND account = $2 AND period = $3;

-- name: drop_branches_of
-- The same of its branches.
DELETE FROM branch WHERE community = $1 AND account = $2 AND period = $3;

-- name: held
-- What some leaves hold, by their number in the lists.
SELECT n, l.held
FROM unnest($2::text::smallint[], $3::text::smallint[], $4::text::bigint[], $5::text::bigint[])
    WITH ORDINALITY AS w (account, period, low, tie, n)
CROSS JOIN LATERAL (
    SELECT held FROM leaf
    WHERE community = $1 AND account = w.account AND period = w.period
      AND low = w.low AND tie = w.tie LIMIT 1) l;

-- name: drop_leaves
-- Leaves that were joined with those below.
DELETE FROM leaf l
USING unnest($2::text::smallint[], $3::text::smallint[], $4::text::bigint[], $5::text::bigint[])
    AS g (account, period, low, tie)
WHERE community = $1 AND l.account = g.account AND l.period = g.period
  AND l.low = g.low AND l.tie = g.tie;

-- name: cut_leaves
-- Leaves anew.
INSERT INTO leaf (community, account, period, low, tie, members, held)
SELECT $1, * FROM unnest(
    $2::text::smallint[], $3::text::smallint[], $4::text::bigint[], $5::text::bigint[],
    $6::text::int[], $7::bytea[])
ON CONFLICT (community, account, period, low, tie) DO UPDATE
SET members = excluded.members, held = excluded.held;

-- name: grow_leaves
-- Pairs appended to leaves.
INSERT INTO leaf (community, account, period, low, tie, members, held)
SELECT $1, * FROM unnest(
    $2::text::smallint[], $3::text::smallint[], $4::text::bigint[], $5::text::bigint[],
    $6::text::int[], $7::bytea[])
ON CONFLICT (community, account, period, low, tie) DO UPDATE
SET members = excluded.members, held = leaf.held || excluded.held;

-- name: drop_branches
-- Branches that were joined with those below.
DELETE FROM branch b
USING unnest($2::text::smallint[], $3::text::smallint[], $4::text::bigint[], $5::text::bigint[])
    AS g (account, period, low, tie)
WHERE community = $1 AND b.account = g.account AND b.period = g.period
  AND b.low = g.low AND b.tie = g.tie;

-- name: put_branches
-- How many members branches hold now.
INSERT INTO branch (community, account, period, low, tie, members)
SELECT $1, * FROM unnest(
    $2::text::smallint[], $3::text::smallint[], $4::text::bigint[], $5::text::bigint[],
    $6::text::int[])
ON CONFLICT (community, account, period, low, tie) DO UPDATE SET members = excluded.members;

-- name: put_boards
-- What boards show now.
INSERT INTO board (community, account, period, key, members, total)
SELECT $1, * FROM unnest(
    $2::text::smallint[], $3::text::smallint[], $4::text::int[], $5::text::int[],
    $6::text::numeric[])
ON CONFLICT (community, account, period) DO UPDATE
SET key = excluded.key, members = excluded.members, total = excluded.total;
