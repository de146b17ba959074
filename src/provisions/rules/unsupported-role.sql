-- rule: unsupported-role
-- severity: error
-- table: roles
-- column: role
-- since: 0.1.0
-- message: No statement supports the role of {party_id} as {value} in “{provision_id}”.
-- hint: Add a statement about the provision, or about this party’s role in it (provision_id and party_id, property `role`).
--
-- Who is bound, and who benefits, rests on a statement like everything else: one that asserts the provision as a whole,
-- or one about this party’s role in it.

SELECT r._row, r.provision_id || '/' || r.party_id || '/' || r.role AS key, r.role AS value, r.party_id, r.provision_id
FROM roles r
LEFT JOIN asserted a ON a.table_name = 'provisions' AND a.provision_id = r.provision_id AND a.property IS NULL
LEFT JOIN asserted b ON b.table_name = 'roles' AND b.provision_id = r.provision_id AND b.party_id = r.party_id
  AND (b.property IS NULL OR (b.property = 'role' AND b.value = r.role))
WHERE a._row IS NULL AND b._row IS NULL
