-- name: look_at
-- Turn this transaction towards a projection's live tables; nothing where it never ran.
SELECT set_config('search_path', projection || '_' || generation, true)
FROM projection.generations WHERE projection = $1 AND live;

-- name: positions
-- How far the live generation of each projection is in each partition.
SELECT p.projection, p.partition, p.next
FROM projection.progress p JOIN projection.generations g USING (projection, generation)
WHERE g.live;
