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
  SELECT a.id AS start_id, a.to_id AS at_id, a.to_id AS mark, 1 AS steps, 2 AS turn FROM link a JOIN link b ON b.id = a.to_id
  JOIN (SELECT DISTINCT to_id FROM link) c ON c.to_id = a.id
  UNION ALL
  -- Brent’s way: where a walk was at its last power of two it never comes again, unless it goes round without its start.
  SELECT w.start_id, l.to_id, CASE WHEN w.steps + 1 = w.turn THEN l.to_id ELSE w.mark END,
    w.steps + 1, CASE WHEN w.steps + 1 = w.turn THEN 2 * w.turn ELSE w.turn END
  FROM walk w JOIN link l ON l.id = w.at_id
  WHERE w.at_id <> w.start_id AND l.to_id <> w.mark AND w.steps < 1000
)
SELECT c._row, c.id AS key, c.broader_id AS value
FROM categories c
JOIN (SELECT start_id FROM walk WHERE at_id = start_id) w ON w.start_id = c.id
