-- view: support
-- needs: about origins contradictions
--
-- One row a thing and a statement that supports it, that is, asserts it and does not contradict it. The key of a role is
-- provision, party and role. A statement on a party's role supports the role that it names, or all roles of that party
-- in the provision, and the provision itself; one on a provision as a whole supports every role in it.

WITH asserted AS (
  SELECT a.table_name, a.key, a.id, a.provision_id, a.property, a.value, o.origin_id, s.kind
  FROM about a
  JOIN sources s ON s.id = a.source_id
  JOIN origins o ON o.id = a.source_id
  LEFT JOIN contradictions c ON c.id = a.id
  WHERE a.stance = 'asserts' AND c.id IS NULL
)
SELECT table_name, key, id, origin_id, kind FROM asserted WHERE table_name <> 'roles'
UNION ALL
SELECT 'provisions', provision_id, id, origin_id, kind FROM asserted WHERE table_name = 'roles'
UNION ALL
SELECT 'roles', r.provision_id || '/' || r.party_id || '/' || r.role, a.id, a.origin_id, a.kind
FROM roles r
JOIN asserted a ON a.table_name = 'roles' AND a.key = r.provision_id || '/' || r.party_id
WHERE a.property IS NULL OR (a.property = 'role' AND a.value = r.role)
UNION ALL
SELECT 'roles', r.provision_id || '/' || r.party_id || '/' || r.role, a.id, a.origin_id, a.kind
FROM roles r
JOIN asserted a ON a.table_name = 'provisions' AND a.key = r.provision_id
WHERE a.property IS NULL
