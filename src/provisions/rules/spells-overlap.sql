-- rule: spells-overlap
-- severity: error
-- table: spells
-- column: start
-- since: 0.1.0
-- message: {party_id} is counted by {scheme} from {value}, while an earlier spell of it lasts until {expected}.
-- hint: Correct the dates; two codes on one day would count the party twice.
--
-- On any day a list of states counts a party once or not at all, under one code. A spell begins after the one before it
-- has ended, and ends no earlier than it begins; a spell without an end lasts on.

SELECT b._row, b.party_id || '/' || b.scheme || '/' || b.start AS key, b.start AS value, COALESCE(MAX(a.end), 'today') AS expected, b.party_id, b.scheme
FROM spells b
JOIN spells a ON a.party_id = b.party_id AND a.scheme = b.scheme AND a.start_earliest < b.start_earliest AND (a.end IS NULL OR a.end_earliest >= b.start_latest)
GROUP BY b._row, b.party_id, b.scheme, b.start
UNION ALL
SELECT s._row, s.party_id || '/' || s.scheme || '/' || s.start, s.start, s.end, s.party_id, s.scheme
FROM spells s
WHERE s.end_latest < s.start_earliest
