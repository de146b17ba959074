-- view: origins
--
-- One row a source: the document that it is a copy of in the end, through any number of copies; itself, for an original.

WITH RECURSIVE walk AS (
  SELECT id, origin_id, 0 AS steps FROM sources
  UNION ALL
  SELECT w.id, s.origin_id, w.steps + 1 FROM walk w JOIN sources s ON s.id = w.origin_id
  WHERE s.origin_id IS NOT NULL AND s.origin_id <> w.id AND w.steps < 100
)
SELECT w.id, COALESCE(w.origin_id, w.id) AS origin_id
FROM walk w JOIN (SELECT id, MAX(steps) AS steps FROM walk GROUP BY id) last ON last.id = w.id AND last.steps = w.steps
