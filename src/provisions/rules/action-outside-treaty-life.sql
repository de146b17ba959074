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

SELECT a._row, a.id AS key, a.date AS value, MIN(s.date) AS expected, a.kind, a.treaty_id, 'before it was signed on' AS place
FROM actions a
JOIN actions s ON s.treaty_id = a.treaty_id AND s.kind IN ('signature', 'adoption')
WHERE a.kind IN ('committee-report', 'legislative-approval', 'ratification', 'exchange-of-instruments',
  'provisional-application', 'accession', 'succession', 'reservation', 'amendment', 'renewal', 'suspension', 'freeze',
  'resumption', 'ratification-withdrawal', 'signature-withdrawal', 'denunciation', 'withdrawal', 'termination',
  'deployment', 'removal', 'exercise', 'meeting', 'invocation', 'implementation')
GROUP BY a._row, a.id, a.date, a.kind, a.treaty_id, a.date_latest
HAVING COUNT(*) = COUNT(s.date_earliest) AND a.date_latest < MIN(s.date_earliest)
UNION ALL
SELECT a._row, a.id, a.date, MAX(e.date), a.kind, a.treaty_id, 'after it ended on'
FROM actions a
JOIN actions e ON e.treaty_id = a.treaty_id AND e.kind = 'termination'
WHERE a.kind NOT IN ('announcement', 'termination', 'removal', 'implementation')
GROUP BY a._row, a.id, a.date, a.kind, a.treaty_id, a.date_earliest
HAVING COUNT(*) = COUNT(e.date_latest) AND a.date_earliest > MAX(e.date_latest)
