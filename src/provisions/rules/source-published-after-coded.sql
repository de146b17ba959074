-- rule: source-published-after-coded
-- severity: error
-- table: statements
-- column: coded_on
-- since: 0.1.0
-- message: Coded on {value}, but {source_id} was published on {expected}.
-- hint: Check both dates; a statement cannot be coded from a source that did not exist yet.
--
-- A statement is coded from a source that can be read. A source published later than the coding is another source, or
-- one of the dates is wrong.

SELECT s._row, s.id AS key, s.coded_on AS value, r.published_on AS expected, s.source_id
FROM statements s
JOIN sources r ON r.id = s.source_id
WHERE CASE WHEN r.published_on > s.coded_on THEN r.published_on_earliest > date_latest(s.coded_on) END
