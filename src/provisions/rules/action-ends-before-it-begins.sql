-- rule: action-ends-before-it-begins
-- severity: error
-- table: actions
-- column: end_date
-- since: 0.1.0
-- message: The action ends on {value}, before it begins on {expected}.
-- hint: Check both dates against their sources.
--
-- An action that lasts has the first day in `date` and the last in `end_date`.

SELECT a._row, a.id AS key, a.end_date AS value, a.date AS expected
FROM actions a
WHERE a.end_date_latest < a.date_earliest
