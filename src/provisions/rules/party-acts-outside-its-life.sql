-- rule: party-acts-outside-its-life
-- severity: error
-- table: actions
-- column: date
-- since: 0.1.0
-- message: {party_name} does this ({kind}) on {value}, {place} {expected}.
-- hint: Name the predecessor or the successor instead, or correct the date, or the {place_column} of the party in parties.
--
-- A state signs, ratifies and withdraws while it exists. What is dated before the party's `start` or after its `end`
-- was done by another: by the Soviet Union and not by Russia, by the Czech Republic and not by Czechoslovakia. The
-- life of a party is that of the subject of law; how lists of states count it stands in `spells` and does not matter here.
-- Bounds are compared: a year that only touches the life of the party is no fault.

SELECT a._row, a.id AS key, a.date AS value, p.start AS expected, p.name AS party_name, a.kind, 'before it began on' AS place, 'start' AS place_column
FROM actions a
JOIN parties p ON p.id = a.party_id
WHERE a.date_latest < p.start_earliest
UNION ALL
SELECT a._row, a.id, a.date, p.end, p.name, a.kind, 'after it ended on', 'end'
FROM actions a
JOIN parties p ON p.id = a.party_id
WHERE a.date_earliest > p.end_latest
