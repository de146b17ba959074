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

WITH RECURSIVE link AS (
  SELECT id, MIN(origin_id) AS to_id FROM sources WHERE origin_id IS NOT NULL GROUP BY id
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
SELECT s._row, s.id AS key, s.origin_id AS value
FROM sources s
JOIN (SELECT start_id FROM walk WHERE at_id = start_id) w ON w.start_id = s.id
