-- view: contradictions
-- needs: about
-- stored: yes
--
-- One row a statement that contradicts what is coded: it asserts another value for a property, or denies the value that
-- is coded, or denies the thing as a whole. Two dates agree as long as one can lie within the other: `2024-12` and
-- `2024-12-06` do. An empty cell is a gap and contradicts nothing, but a role that is claimed and not coded does.

SELECT m._row, m.id, m.table_name, m.key, m.property, m.stance, m.claimed, m.coded
FROM (
  SELECT a._row, a.id, a.table_name, a.key, a.property, a.stance, a.value AS claimed,
    CASE WHEN a.property IS NULL THEN 'the whole'
         WHEN a.table_name <> 'roles' OR a.stance = 'denies' THEN MIN(c.value)
         WHEN MIN(c.value) IS NULL THEN 'no role'
         ELSE 'other roles' END AS coded,
    MAX(c.value) IS NOT NULL AS is_coded,
    MAX(CASE
      WHEN c.value = a.value OR as_number(c.value) = as_number(a.value) THEN 1
      WHEN t.is_date = 'true' AND NOT (is_edtf(a.value) AND is_edtf(c.value)) THEN 1
      WHEN t.is_date = 'true' AND date_earliest(a.value) <= date_latest(c.value) AND date_latest(a.value) >= date_earliest(c.value) THEN 1
      ELSE 0 END) = 1 AS agrees
  FROM (
    SELECT s._row, s.id, s.table_name, s.key, s.property, s.stance, s.value
    FROM about s
    LEFT JOIN coded_values v ON v.table_name = s.table_name AND v.key = s.key AND v.property = s.property AND v.value = s.value
    WHERE s.stance = 'asserts' AND s.property IS NOT NULL AND v.key IS NULL
    UNION ALL
    SELECT s._row, s.id, s.table_name, s.key, s.property, s.stance, s.value FROM about s WHERE s.stance = 'denies'
  ) a
  LEFT JOIN coded_values c ON c.table_name = a.table_name AND c.key = a.key
    AND c.property = CASE WHEN a.table_name = 'roles' THEN 'role' ELSE a.property END
  LEFT JOIN table_columns t ON t.table_name = a.table_name AND t.column_name = a.property
  WHERE a.table_name <> 'roles' OR COALESCE(a.property, 'role') = 'role'
  GROUP BY a._row, a.id, a.table_name, a.key, a.property, a.stance, a.value
) m
WHERE CASE
  WHEN m.stance = 'denies' AND m.property IS NULL THEN m.is_coded OR m.table_name <> 'roles'
  WHEN m.stance = 'denies' THEN m.is_coded AND m.agrees
  WHEN NOT m.is_coded THEN m.table_name = 'roles'
  ELSE NOT m.agrees END
