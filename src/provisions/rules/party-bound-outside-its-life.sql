-- rule: party-bound-outside-its-life
-- severity: error
-- table: roles
-- column: party_id
-- since: 0.1.0
-- message: {value} is {role} in “{provision_id}”, but {reason} {expected}.
-- hint: Name the predecessor or the successor instead, or correct the dates of the party in parties.
--
-- A provision cannot bind a party that ended before its treaty was signed or adopted, or that began after its treaty had
-- ended. Only the parts of those who are bound are judged (obligor, controller, approver, decider, host): a clause may
-- well name a state of the past as its target. Where a signature or termination has no date, nothing is compared.

SELECT r._row, r.provision_id || '/' || r.party_id || '/' || r.role AS key, r.party_id AS value, MIN(s.date) AS expected, r.role, r.provision_id,
  'ended before the treaty was signed on' AS reason
FROM roles r
JOIN provisions v ON v.id = r.provision_id
JOIN parties p ON p.id = r.party_id
JOIN actions s ON s.treaty_id = v.treaty_id AND s.kind IN ('signature', 'adoption')
WHERE r.role IN ('obligor', 'controller', 'approver', 'decider', 'host')
GROUP BY r._row, r.provision_id, r.party_id, r.role, p.end_latest
HAVING COUNT(*) = COUNT(s.date_earliest) AND p.end_latest < MIN(s.date_earliest)
UNION ALL
SELECT r._row, r.provision_id || '/' || r.party_id || '/' || r.role, r.party_id, MAX(e.date), r.role, r.provision_id,
  'began after the treaty had ended on'
FROM roles r
JOIN provisions v ON v.id = r.provision_id
JOIN parties p ON p.id = r.party_id
JOIN actions e ON e.treaty_id = v.treaty_id AND e.kind = 'termination'
WHERE r.role IN ('obligor', 'controller', 'approver', 'decider', 'host')
GROUP BY r._row, r.provision_id, r.party_id, r.role, p.start_earliest
HAVING COUNT(*) = COUNT(e.date_latest) AND p.start_earliest > MAX(e.date_latest)
