-- name: levels
-- The levels that an event changed.
SELECT ladder, member, was, rank FROM level_history
WHERE community = $1 AND "offset" = $2 ORDER BY ladder, member;

-- name: awards
-- The badges that an event brought.
SELECT badge, member FROM award WHERE community = $1 AND "offset" = $2 ORDER BY badge, member;

-- name: streaks
-- The streaks that an event counted for, with all that was marked until then.
SELECT m.streak, m.member, m.unit AS marked, o.unit FROM streak_mark m
JOIN streak_mark o ON o.community = m.community AND o.member = m.member AND o.streak = m.streak
 AND o."offset" <= m."offset"
WHERE m.community = $1 AND m."offset" = $2 ORDER BY m.streak, m.member, o.unit;

-- name: quests
-- What an event did for quests.
SELECT quest, member, what, number, step FROM quest_mark
WHERE community = $1 AND "offset" = $2 ORDER BY quest, member, what, step;
