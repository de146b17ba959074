-- rule: unknown-property
-- severity: error
-- table: statements
-- column: property
-- since: 0.1.0
-- message: The thing that the statement is about is a row of {table_name}, which has no column “{value}”.
-- hint: Name a column of {table_name}; for a party’s part in a provision, `role`.
--
-- `property` names a column of the thing that the statement is about: of the action, the role, the provision, the party
-- or the treaty that it names, the first of these that is given. Only then can its `value` be compared with what is coded.

SELECT a._row, a.id AS key, a.property AS value, a.table_name
FROM about a
LEFT JOIN table_columns t ON t.table_name = a.table_name AND t.column_name = a.property
WHERE a.property IS NOT NULL AND t.column_name IS NULL
