-- rule: unsupported-spell
-- severity: error
-- table: spells
-- column: party_id
-- since: 0.1.0
-- message: No statement says when {value} is counted as a state.
-- hint: Add a statement with party_id {value} and stance `asserts` that cites the list.
--
-- Every coded value carries the statement it rests on. One statement on the party that cites the list stands for all its spells.

SELECT s._row, s.party_id || '/' || s.scheme || '/' || s.start AS key, s.party_id AS value
FROM spells s
LEFT JOIN asserted a ON a.table_name = 'parties' AND a.party_id = s.party_id
WHERE a._row IS NULL
