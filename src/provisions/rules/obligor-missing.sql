-- rule: obligor-missing
-- severity: error
-- table: provisions
-- column: modality
-- since: 0.1.0
-- message: The {value} “{key}” binds nobody: no role says who its obligor is.
-- hint: Add a row to roles with role `obligor`.
--
-- An obligation, prohibition, permission, power or intention is somebody’s. Only a declaration may stand without an obligor.

SELECT p._row, p.id AS key, p.modality AS value
FROM provisions p
LEFT JOIN roles r ON r.provision_id = p.id AND r.role = 'obligor'
WHERE p.modality <> 'declaration' AND r.provision_id IS NULL
