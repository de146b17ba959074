-- rule: spell-outside-party-life
-- severity: error
-- table: spells
-- column: start
-- since: 0.1.0
-- message: {scheme} counts {party_id} from {value} to {until}, but it exists from {began} to {ended}.
-- hint: Give the spell to the predecessor or the successor, or cut it where the party changes.
--
-- A list of states may count a state for less than its life, never for more: a spell that reaches beyond it is of another
-- party. That the same code goes to the next party is no fault.

SELECT s._row, s.party_id || '/' || s.scheme || '/' || s.start AS key, s.start AS value, COALESCE(s.end, 'the present') AS until,
  s.scheme, s.party_id, COALESCE(p.start, 'the beginning') AS began, COALESCE(p.end, 'today') AS ended
FROM spells s
JOIN parties p ON p.id = s.party_id
WHERE s.start_latest < p.start_earliest OR s.end_earliest > p.end_latest OR (s.end IS NULL AND p.end IS NOT NULL)
