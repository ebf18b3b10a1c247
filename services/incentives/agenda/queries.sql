-- name: due
-- What is due by a log time in a partition.
SELECT DISTINCT due, community, member FROM agenda JOIN home USING (community)
WHERE partition = $1 AND due <= $2;

-- name: next_due
-- What is due next after a log time in a partition.
SELECT min(due) FROM agenda JOIN home USING (community) WHERE partition = $1 AND due > $2;

-- name: passed
-- Forget what was due by a log time in a partition.
DELETE FROM agenda USING home
WHERE home.community = agenda.community AND partition = $1 AND due <= $2;
