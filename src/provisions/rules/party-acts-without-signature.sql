-- rule: party-acts-without-signature
-- severity: error
-- table: actions
-- column: party_id
-- since: 0.1.0
-- message: {value} has an action of kind {kind} on {treaty_id}, which it never signed, joined or succeeded to.
-- hint: Add its signature or accession with the source, or correct the party or the treaty.
--
-- Only a state that signed, adopted, acceded to or succeeded to an instrument can ratify it, make a reservation, suspend
-- it, withdraw from it. An action by a party that never joined belongs to another treaty or another party.
-- A joining row without a party stands for all parties.

SELECT a._row, a.id AS key, a.party_id AS value, a.kind, a.treaty_id
FROM actions a
JOIN treaties t ON t.id = a.treaty_id
JOIN parties q ON q.id = a.party_id
LEFT JOIN joined j ON j.treaty_id = a.treaty_id AND (j.party_id = a.party_id OR j.party_id IS NULL)
WHERE j.treaty_id IS NULL
  AND a.kind IN ('submission', 'committee-report', 'legislative-approval', 'ratification', 'exchange-of-instruments',
    'provisional-application', 'reservation', 'suspension', 'freeze', 'resumption', 'ratification-withdrawal',
    'signature-withdrawal', 'denunciation', 'withdrawal')
