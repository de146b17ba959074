-- view: origins
-- stored: yes
--
-- One row a source: the document that it is a copy of in the end, through any number of copies; itself, for an original.

WITH RECURSIVE link AS (
  SELECT id, MIN(origin_id) AS to_id FROM sources WHERE id IS NOT NULL GROUP BY id
), walk AS (
  SELECT id, to_id, 0 AS steps FROM link WHERE to_id IS NOT NULL
  UNION ALL
  SELECT w.id, l.to_id, w.steps + 1 FROM walk w JOIN link l ON l.id = w.to_id
  WHERE l.to_id IS NOT NULL AND l.to_id <> w.id AND w.steps < 100
), last AS (
  SELECT id, MAX(steps) AS steps FROM walk GROUP BY id
)
SELECT s.id, COALESCE(w.to_id, s.id) AS origin_id
FROM link s
LEFT JOIN last e ON e.id = s.id
LEFT JOIN walk w ON w.id = e.id AND w.steps = e.steps
