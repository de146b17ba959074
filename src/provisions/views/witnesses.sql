-- view: witnesses
-- needs: about asserted support contradictions
--
-- One row a coded thing and a statement on it: a provision, an action, a role (its key is provision, party and role), or a
-- property of one of them or of a treaty or party; and whether the statement supports, contradicts or qualifies it.

SELECT table_name, key, CAST(NULL AS VARCHAR(1)) AS property, id, 'supports' AS side FROM support
WHERE table_name IN ('provisions', 'actions', 'roles')
UNION
SELECT a.table_name, a.key, a.property, a.id, 'supports' FROM asserted a
WHERE a.property IS NOT NULL AND a.table_name <> 'roles'
UNION
SELECT CASE WHEN a.action_id IS NOT NULL THEN 'actions' ELSE 'provisions' END, COALESCE(a.action_id, a.provision_id), NULL, c.id, 'contradicts'
FROM contradictions c JOIN about a ON a.id = c.id WHERE a.action_id IS NOT NULL OR a.provision_id IS NOT NULL
UNION
SELECT 'roles', r.provision_id || '/' || r.party_id || '/' || r.role, NULL, c.id, 'contradicts'
FROM contradictions c JOIN about a ON a.id = c.id AND a.table_name = 'roles'
JOIN roles r ON r.provision_id = a.provision_id AND r.party_id = a.party_id
UNION
SELECT c.table_name, c.key, c.property, c.id, 'contradicts' FROM contradictions c
WHERE c.property IS NOT NULL AND c.table_name <> 'roles'
UNION
SELECT CASE WHEN action_id IS NOT NULL THEN 'actions' ELSE 'provisions' END, COALESCE(action_id, provision_id), NULL, id, 'qualifies'
FROM about WHERE stance = 'qualifies' AND (action_id IS NOT NULL OR provision_id IS NOT NULL)
UNION
SELECT table_name, key, property, id, 'qualifies' FROM about
WHERE stance = 'qualifies' AND property IS NOT NULL AND table_name <> 'roles'
