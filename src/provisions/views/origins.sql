-- view: origins
--
-- One row a source: the document that it is a copy of in the end, through any number of copies; itself, for an original.

WITH RECURSIVE link AS (
  SELECT id, MIN(origin_id) AS to_id FROM sources GROUP BY id
), walk AS (
  SELECT id, to_id, 0 AS steps FROM link
  UNION ALL
  SELECT w.id, l.to_id, w.steps + 1 FROM walk w JOIN link l ON l.id = w.to_id
  WHERE l.to_id IS NOT NULL AND l.to_id <> w.id AND w.steps < 100
)
SELECT w.id, COALESCE(w.to_id, w.id) AS origin_id
FROM walk w JOIN (SELECT id, MAX(steps) AS steps FROM walk GROUP BY id) last ON last.id = w.id AND last.steps = w.steps
