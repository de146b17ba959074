-- rule: orphan-source
-- severity: error
-- table: sources
-- column: id
-- since: 0.1.0
-- message: No statement cites the source “{key}”, and no other source is a copy of it.
-- hint: Delete it, or add the statement for which it was entered.
--
-- A source stands in the package because a statement rests on it, or because it is the origin of a copy that one rests on.

SELECT r._row, r.id AS key, r.id AS value
FROM sources r
LEFT JOIN statements s ON s.source_id = r.id
LEFT JOIN sources c ON c.origin_id = r.id AND c.id <> r.id
WHERE s.id IS NULL AND c.id IS NULL
