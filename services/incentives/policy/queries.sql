-- name: words
-- The words of a community.
SELECT word, name FROM word WHERE community = $1;
