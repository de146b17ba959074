-- rule: category-cycle
-- severity: error
-- table: categories
-- column: broader_id
-- since: 0.1.0
-- message: The category “{key}” is, by its broader categories, a kind of itself.
-- hint: Correct broader_id; the categories form a tree.
--
-- Categories form a tree: each has one broader category or none, and following them upward ends at the top.

WITH RECURSIVE link AS (
  SELECT id, MIN(broader_id) AS to_id FROM categories WHERE broader_id IS NOT NULL GROUP BY id
), walk AS (
  SELECT a.id AS start_id, a.to_id AS at_id, 1 AS steps FROM link a JOIN link b ON b.id = a.to_id
  JOIN (SELECT DISTINCT to_id FROM link) c ON c.to_id = a.id
  UNION ALL
  SELECT w.start_id, l.to_id, w.steps + 1
  FROM walk w JOIN link l ON l.id = w.at_id
  WHERE w.at_id <> w.start_id AND w.steps < 1000
)
SELECT c._row, c.id AS key, c.broader_id AS value
FROM categories c
JOIN (SELECT start_id FROM walk WHERE at_id = start_id) w ON w.start_id = c.id
