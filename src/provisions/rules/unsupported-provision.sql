-- rule: unsupported-provision
-- severity: error
-- table: provisions
-- column: id
-- since: 0.1.0
-- message: No statement supports the provision “{key}”.
-- hint: Add a statement with provision_id {key} and stance `asserts`, saying who says so and where.
--
-- Every coded value carries the statement it rests on. This provision has none: no row of `statements` asserts what the treaty is said to hold,
-- or all that do contradict it.
-- Add the statement with its source. If no source can be found, delete the provision: what rests on memory alone is not coded.

SELECT t._row, t.id AS key, t.id AS value
FROM provisions t
LEFT JOIN asserted a ON a.table_name IN ('provisions', 'roles') AND a.provision_id = t.id
WHERE a._row IS NULL
