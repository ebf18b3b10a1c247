-- name: forget
-- Forget what was compared before.
TRUNCATE had, compared;

-- name: hold
-- Take down what members have, from the tables that the search path shows first.
INSERT INTO had (member, value, what, draft, name)
SELECT b.member, b."all", 0, $2::bool, w.name
FROM balance b JOIN word w ON w.community = b.community AND w.word = b.account
WHERE b.community = $1 AND w.name = ANY($3::text[])
UNION ALL
(SELECT DISTINCT ON (h.member, h.ladder) h.member, least(h.rank + 1, l.levels), 1, $2::bool, l.name
FROM unnest($4::text[], $5::int[]) AS l (name, levels)
JOIN word w ON w.community = $1 AND w.name = 'ladder:' || l.name
JOIN level_history h ON h.community = $1 AND h.ladder = w.word
ORDER BY h.member, h.ladder, h.at DESC, h."offset" DESC)
UNION ALL
SELECT a.member, count(*), 2, $2::bool, substr(w.name, 7)
FROM award a JOIN word w ON w.community = a.community AND w.word = a.badge
WHERE a.community = $1 GROUP BY a.member, w.name;

-- name: compare
-- Both sides of each member's account, ladder and badge; nothing is 0, no level is the first.
INSERT INTO compared (member, live, draft, what, name)
SELECT member,
    coalesce(sum(value) FILTER (WHERE NOT draft), CASE what WHEN 1 THEN 1 ELSE 0 END),
    coalesce(sum(value) FILTER (WHERE draft), CASE what WHEN 1 THEN 1 ELSE 0 END),
    what, name
FROM had GROUP BY member, what, name;

-- name: members
-- How many members are known.
SELECT count(*) FROM member WHERE community = $1;

-- name: totals
-- How many have something to lose, gain and lose.
SELECT count(*) FILTER (WHERE levelled) AS levelled,
    count(*) FILTER (WHERE gains OR loses) AS affected,
    count(*) FILTER (WHERE gains AND NOT loses) AS gaining,
    count(*) FILTER (WHERE loses AND NOT gains) AS losing,
    count(*) FILTER (WHERE rises) AS levels_up,
    count(*) FILTER (WHERE falls) AS levels_down,
    coalesce(sum(won), 0)::bigint AS badges_won,
    coalesce(sum(lost), 0)::bigint AS badges_lost
FROM (
    SELECT bool_or(what = 1 AND live > 1) AS levelled,
        bool_or(draft > live) AS gains,
        bool_or(draft < live) AS loses,
        bool_or(what = 1 AND draft > live) AS rises,
        bool_or(what = 1 AND draft < live) AS falls,
        sum(draft - live) FILTER (WHERE what = 2 AND draft > live) AS won,
        sum(live - draft) FILTER (WHERE what = 2 AND draft < live) AS lost
    FROM compared GROUP BY member
) AS each;

-- name: parts
-- Of each account, ladder and badge what all members have, and how many go up and down in it.
SELECT what, name, sum(live)::bigint AS live, sum(draft)::bigint AS draft,
    count(*) FILTER (WHERE draft > live) AS up, count(*) FILTER (WHERE draft < live) AS down
FROM compared GROUP BY what, name ORDER BY what, name;

-- name: redemptions
-- Of each reward how often it was redeemed, and how often what there was did not pay for it: where
-- a preview's tables are looked at, what the draft would have given.
SELECT w.name, count(*) AS made, count(*) FILTER (WHERE EXISTS (
    SELECT FROM ledger l
    WHERE l.community = r.community AND l.member = r.member AND l.at = r.at
      AND l."offset" = r."offset" AND l.why = 6 AND l.balance < 0)) AS unaffordable
FROM redemption r JOIN word w ON w.community = r.community AND w.word = r.reward
WHERE r.community = $1 AND r.state = 0 GROUP BY w.name ORDER BY w.name;

-- name: changes
-- The members of whom anything differs, the largest change of an account first: all that they
-- have, but of badges those that differ.
SELECT member,
    json_agg(json_build_array(what, name, live, draft) ORDER BY what, name)
        FILTER (WHERE what < 2 OR live <> draft)::text AS has
FROM compared GROUP BY member HAVING bool_or(live <> draft)
ORDER BY coalesce(max(abs(draft - live)) FILTER (WHERE what = 0), 0) DESC,
    max(abs(draft - live)) DESC, member
LIMIT $1;
