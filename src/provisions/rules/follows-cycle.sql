-- rule: follows-cycle
-- severity: error
-- table: statements
-- column: follows_id
-- since: 0.1.0
-- message: The statement follows itself: its chain of retellings leads back to it.
-- hint: Take out the link that is wrong.
--
-- A chain of retellings begins somewhere. Where `follows_id` leads back to the statement itself, one link is wrong.

WITH RECURSIVE link AS (
  SELECT id, MIN(follows_id) AS to_id FROM statements WHERE follows_id IS NOT NULL GROUP BY id
), walk AS (
  SELECT a.id AS start_id, a.to_id AS at_id, 1 AS steps FROM link a JOIN link b ON b.id = a.to_id
  JOIN (SELECT DISTINCT to_id FROM link) c ON c.to_id = a.id
  UNION ALL
  SELECT w.start_id, l.to_id, w.steps + 1
  FROM walk w JOIN link l ON l.id = w.at_id
  WHERE w.at_id <> w.start_id AND w.steps < 1000
)
SELECT s._row, s.id AS key, s.follows_id AS value
FROM statements s
JOIN (SELECT start_id FROM walk WHERE at_id = start_id) w ON w.start_id = s.id
