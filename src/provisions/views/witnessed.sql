-- view: witnessed
-- needs: support
--
-- One row a provision with support: the statements that support it, separated by a space, and their quotes, by ` | `.

SELECT w.key AS provision_id,
  array_join(array_sort(array_agg(w.id)), ' ') AS statements,
  NULLIF(array_join(array_sort(array_agg(s.quote)), ' | '), '') AS quotes
FROM (SELECT DISTINCT key, id FROM support WHERE table_name = 'provisions') w
JOIN statements s ON s.id = w.id
GROUP BY w.key
