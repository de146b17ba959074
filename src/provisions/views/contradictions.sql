-- view: contradictions
-- needs: about
--
-- One row a statement that contradicts what is coded: it asserts another value for a property, or denies the value that
-- is coded, or denies the thing as a whole. Two dates agree as long as one can lie within the other: `2024-12` and
-- `2024-12-06` do. An empty cell is a gap and contradicts nothing, but a role that is claimed and not coded does.

SELECT a._row, a.id, a.table_name, a.key, a.property, a.value AS claimed,
  CASE WHEN a.property IS NULL THEN 'the whole'
       WHEN a.table_name <> 'roles' OR a.stance = 'denies' THEN MIN(c.value)
       WHEN MIN(c.value) IS NULL THEN 'no role'
       ELSE 'other roles' END AS coded
FROM about a
LEFT JOIN coded_values c ON c.table_name = a.table_name AND c.key = a.key AND c.property = a.property
LEFT JOIN table_columns t ON t.table_name = a.table_name AND t.column_name = a.property
WHERE a.stance IN ('asserts', 'denies')
GROUP BY a._row, a.id, a.table_name, a.key, a.property, a.value, a.stance, t.is_date
HAVING CASE
  WHEN a.stance = 'denies' THEN a.property IS NULL OR MAX(CASE WHEN c.value = a.value THEN 1 ELSE 0 END) = 1
  WHEN a.property IS NULL THEN FALSE
  WHEN MAX(c.value) IS NULL THEN a.table_name = 'roles'
  WHEN t.is_date = 'true' THEN
    MAX(CASE WHEN NOT is_edtf(a.value) OR NOT is_edtf(c.value)
      OR date_earliest(a.value) <= date_latest(c.value) AND date_latest(a.value) >= date_earliest(c.value) THEN 1 ELSE 0 END) = 0
  ELSE MAX(CASE WHEN c.value = a.value THEN 1 ELSE 0 END) = 0 END
