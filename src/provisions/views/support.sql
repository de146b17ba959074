-- view: support
-- needs: about origins contradictions
--
-- One row a thing and a statement that supports it, that is, asserts it and does not contradict it. A statement on a
-- role supports its provision too; a statement on a provision as a whole supports every role in it.

SELECT a.table_name, a.key, a.id, o.origin_id, s.kind
FROM about a
JOIN sources s ON s.id = a.source_id
JOIN origins o ON o.id = a.source_id
LEFT JOIN contradictions c ON c.id = a.id
WHERE a.stance = 'asserts' AND c.id IS NULL
UNION ALL
SELECT 'provisions', a.provision_id, a.id, o.origin_id, s.kind
FROM about a
JOIN sources s ON s.id = a.source_id
JOIN origins o ON o.id = a.source_id
LEFT JOIN contradictions c ON c.id = a.id
WHERE a.stance = 'asserts' AND c.id IS NULL AND a.table_name = 'roles'
UNION ALL
SELECT 'roles', r.provision_id || '/' || r.party_id, a.id, o.origin_id, s.kind
FROM about a
JOIN roles r ON r.provision_id = a.key
JOIN sources s ON s.id = a.source_id
JOIN origins o ON o.id = a.source_id
LEFT JOIN contradictions c ON c.id = a.id
WHERE a.stance = 'asserts' AND c.id IS NULL AND a.table_name = 'provisions'
