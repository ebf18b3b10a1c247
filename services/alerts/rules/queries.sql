-- name: states
-- Where every rule of a community stands.
SELECT r.rule, r.space, s.name AS space_name, r.document FROM rule_state r
LEFT JOIN space s ON s.community = r.community AND s.space = r.space AND r.space > 0
WHERE r.community = $1 ORDER BY r.rule, r.space;

-- name: changes
-- The last edges that were taken.
SELECT rule, space, at, was, state, cause, why, correction FROM rule_change
WHERE community = $1 AND rule = $2 ORDER BY log_time DESC, n DESC LIMIT $3;

-- name: firing
-- Which rules fire, for the gauges.
SELECT community, rule, bool_or(state IN ('firing', 'holding')) AS fires FROM rule_state
WHERE community = ANY($1::int[]) GROUP BY community, rule;
