-- view: families
--
-- One row a treaty: the instrument that it amends in the end, through any number of amendments; itself, where it amends
-- none. Those bound by a treaty and those bound by it as amended are bound to each other by it (Vienna Convention on
-- the Law of Treaties, Art. 40(4) and 30(4)(b)).

WITH RECURSIVE link AS (
  SELECT from_treaty_id AS id, MIN(to_treaty_id) AS to_id FROM relations
  WHERE kind = 'amends' AND from_treaty_id <> to_treaty_id GROUP BY from_treaty_id
), walk AS (
  SELECT id, to_id, 0 AS steps FROM link
  UNION ALL
  SELECT w.id, l.to_id, w.steps + 1 FROM walk w JOIN link l ON l.id = w.to_id WHERE l.to_id <> w.id AND w.steps < 100
), last AS (
  SELECT id, MAX(steps) AS steps FROM walk GROUP BY id
)
SELECT t.id AS treaty_id, COALESCE(w.to_id, t.id) AS family
FROM treaties t
LEFT JOIN last e ON e.id = t.id
LEFT JOIN walk w ON w.id = e.id AND w.steps = e.steps
