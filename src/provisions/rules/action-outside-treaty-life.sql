-- rule: action-outside-treaty-life
-- severity: error
-- table: actions
-- column: date
-- since: 0.1.0
-- message: This {kind} of {treaty_id} is dated {value}, {place} {expected}.
-- hint: Check both dates, and the kind: some kinds belong before the signature, some after the end (see `provisions rules action-outside-treaty-life`).
--
-- What is done under a treaty happens after its signature or adoption and before its termination. Free before it are
-- the steps that lead to the signature (announcement, negotiation, authorisation, submission); free after it is what
-- winds the treaty up (announcement, removal, implementation). Where a signature or termination has no date, nothing is
-- compared.

SELECT a._row, a.id AS key, a.date AS value, l.signed AS expected, a.kind, a.treaty_id, 'before it was signed on' AS place
FROM actions a
JOIN treaty_life l ON l.treaty_id = a.treaty_id
WHERE a.date_latest < l.signed_earliest
  AND a.kind IN ('committee-report', 'legislative-approval', 'ratification', 'exchange-of-instruments',
    'provisional-application', 'accession', 'succession', 'reservation', 'amendment', 'renewal', 'suspension', 'freeze',
    'resumption', 'ratification-withdrawal', 'signature-withdrawal', 'denunciation', 'withdrawal', 'termination',
    'deployment', 'removal', 'exercise', 'meeting', 'invocation', 'implementation')
UNION ALL
SELECT a._row, a.id, a.date, l.ended, a.kind, a.treaty_id, 'after it ended on'
FROM actions a
JOIN treaty_life l ON l.treaty_id = a.treaty_id
WHERE a.date_earliest > l.ended_latest
  AND a.kind NOT IN ('announcement', 'termination', 'removal', 'implementation')
