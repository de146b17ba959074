-- view: evidence
-- needs: about support contradictions
-- stored: yes
--
-- One row a provision or action: how many statements support it, from how many independent origins (copies of one
-- document count once), how many contradict or qualify it or its roles.

SELECT t.table_name, t.key, t.treaty_id,
  COALESCE(s.supporting, 0) AS supporting,
  COALESCE(s.origins, 0) AS origins,
  COALESCE(s.texts, 0) AS treaty_texts,
  COALESCE(c.contradicting, 0) AS contradicting,
  COALESCE(q.qualifying, 0) AS qualifying
FROM (
  SELECT 'provisions' AS table_name, id AS key, treaty_id FROM provisions
  UNION ALL SELECT 'actions', id, treaty_id FROM actions
) t
LEFT JOIN (
  SELECT table_name, key, COUNT(DISTINCT id) AS supporting, COUNT(DISTINCT origin_id) AS origins,
    COUNT(DISTINCT CASE WHEN kind = 'treaty-text' THEN origin_id END) AS texts
  FROM support GROUP BY table_name, key
) s ON s.table_name = t.table_name AND s.key = t.key
LEFT JOIN (
  SELECT COALESCE(a.action_id, a.provision_id) AS key, COUNT(*) AS contradicting
  FROM contradictions c JOIN about a ON a.id = c.id GROUP BY COALESCE(a.action_id, a.provision_id)
) c ON c.key = t.key
LEFT JOIN (
  SELECT COALESCE(action_id, provision_id) AS key, COUNT(*) AS qualifying
  FROM about WHERE stance = 'qualifies' GROUP BY COALESCE(action_id, provision_id)
) q ON q.key = t.key
