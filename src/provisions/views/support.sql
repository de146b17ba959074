-- view: support
-- needs: asserted origins
-- stored: yes
--
-- One row a thing and a statement that supports it, that is, asserts it and does not contradict it. The key of a role is
-- provision, party and role. A statement on a party's role supports the role that it names, or all roles of that party
-- in the provision, and the provision itself; one on a provision as a whole supports every role in it.

SELECT CASE WHEN a.table_name = 'roles' THEN 'provisions' ELSE a.table_name END AS table_name,
  CASE WHEN a.table_name = 'roles' THEN a.provision_id ELSE a.key END AS key, a.id, o.origin_id, a.kind
FROM asserted a
JOIN origins o ON o.id = a.source_id
UNION ALL
SELECT 'roles', r.provision_id || '/' || r.party_id || '/' || r.role, a.id, o.origin_id, a.kind
FROM roles r
JOIN asserted a ON a.provision_id = r.provision_id
JOIN origins o ON o.id = a.source_id
WHERE (a.table_name = 'provisions' AND a.property IS NULL)
  OR (a.table_name = 'roles' AND a.party_id = r.party_id AND (a.property IS NULL OR (a.property = 'role' AND a.value = r.role)))
