-- rule: party-ends-before-it-begins
-- severity: error
-- table: parties
-- column: end
-- since: 0.1.0
-- message: {key} ends on {value}, before it begins on {expected}.
-- hint: Correct `start` or `end`.
--
-- The life of a party runs forwards. Dates that overlap in part, such as a year and a day within it, are no fault.

SELECT p._row, p.id AS key, p.end AS value, p.start AS expected
FROM parties p
WHERE p.end_latest < p.start_earliest
