-- rule: claimed-date-malformed
-- severity: error
-- table: statements
-- column: value
-- since: 0.1.0
-- message: “{value}” is claimed for `{property}`, a date, but is not one.
-- hint: Write YYYY, YYYY-MM or YYYY-MM-DD.
--
-- `value` is written as the column named by `property` writes it. A date that is written otherwise cannot be compared
-- with the coded one, so a contradiction would go unseen.

SELECT a._row, a.id AS key, a.value, a.property
FROM about a
JOIN table_columns t ON t.table_name = a.table_name AND t.column_name = a.property
WHERE t.is_date = 'true' AND NOT is_edtf(a.value)
