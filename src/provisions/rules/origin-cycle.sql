-- rule: origin-cycle
-- severity: error
-- table: sources
-- column: origin_id
-- since: 0.1.0
-- message: The source “{key}” is, by its origins, a copy of itself.
-- hint: Leave origin_id empty in the original.
--
-- A copy points at the document that it copies, and following the links ends at an original. Where they lead back, no
-- document is the original, and copies cannot be counted once.

WITH RECURSIVE walk AS (
  SELECT id AS start_id, origin_id AS at_id, 1 AS steps FROM sources WHERE origin_id IS NOT NULL
  UNION ALL
  SELECT w.start_id, s.origin_id, w.steps + 1
  FROM walk w JOIN sources s ON s.id = w.at_id
  WHERE w.at_id <> w.start_id AND s.origin_id IS NOT NULL AND w.steps < 1000
)
SELECT s._row, s.id AS key, s.origin_id AS value
FROM sources s
JOIN walk w ON w.start_id = s.id AND w.at_id = s.id
