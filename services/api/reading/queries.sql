-- name: look_at
-- Begin a snapshot that looks at a projection's live tables; selects nothing where it never ran.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT set_config('search_path', projection || '_' || generation, true)
FROM projection.generations WHERE projection = '{projection}' AND live;

-- name: positions
-- How far the live generation of each projection is in each partition.
SELECT p.projection, p.partition, p.next
FROM projection.progress p JOIN projection.generations g USING (projection, generation)
WHERE g.live;
