-- rule: unsupported-action
-- severity: error
-- table: actions
-- column: id
-- since: 0.1.0
-- message: No statement supports the action “{key}”.
-- hint: Add a statement with action_id {key} and stance `asserts`, saying who says so and where.
--
-- Every coded value carries the statement it rests on. This action has none: no row of `statements` asserts what is said to have been done,
-- or all that do contradict it.
-- Add the statement with its source. If no source can be found, delete the action: what rests on memory alone is not coded.

SELECT t._row, t.id AS key, t.id AS value
FROM actions t
LEFT JOIN asserted a ON a.table_name = 'actions' AND a.key = t.id
WHERE a._row IS NULL
