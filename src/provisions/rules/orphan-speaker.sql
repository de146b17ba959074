-- rule: orphan-speaker
-- severity: error
-- table: speakers
-- column: id
-- since: 0.1.0
-- message: The speaker “{key}” makes no statement.
-- hint: Delete the row, or add the statement for which it was entered.
--
-- A speaker stands in the package because of what was said.

SELECT p._row, p.id AS key, p.id AS value
FROM speakers p
LEFT JOIN statements s ON s.speaker_id = p.id
WHERE s.id IS NULL
