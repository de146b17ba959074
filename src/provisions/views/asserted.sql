-- view: asserted
-- needs: about contradictions
--
-- One row a statement that asserts what it is about and contradicts nothing coded, with the kind of its source.

SELECT a._row, a.id, a.table_name, a.key, a.provision_id, a.party_id, a.property, a.value, a.source_id, s.kind
FROM about a
JOIN sources s ON s.id = a.source_id
LEFT JOIN contradictions c ON c.id = a.id
WHERE a.stance = 'asserts' AND c._row IS NULL
