-- rule: said-after-published
-- severity: error
-- table: statements
-- column: said_on
-- since: 0.1.0
-- message: Said on {value}, but {source_id} was published on {expected}.
-- hint: Check both dates; a source cannot report what was said after it appeared.
--
-- A document cannot report what is said after its publication. Compared are the earliest day on which it can have been
-- said and the latest on which the source can have been published.

SELECT s._row, s.id AS key, s.said_on AS value, r.published_on AS expected, s.source_id
FROM statements s
JOIN sources r ON r.id = s.source_id
WHERE CASE WHEN s.said_on > r.published_on THEN date_earliest(s.said_on) > r.published_on_latest END
