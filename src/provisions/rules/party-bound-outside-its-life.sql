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

SELECT r._row, r.provision_id || '/' || r.party_id || '/' || r.role AS key, r.party_id AS value, MIN(l.signed) AS expected, r.role, r.provision_id,
  'ended before the treaty was signed on' AS reason
FROM roles r
JOIN provisions v ON v.id = r.provision_id
JOIN parties p ON p.id = r.party_id
JOIN treaty_life l ON l.treaty_id = v.treaty_id
WHERE r.role IN ('obligor', 'controller', 'approver', 'decider', 'host') AND p.end_latest < l.signed_earliest
GROUP BY r._row, r.provision_id, r.party_id, r.role
UNION ALL
SELECT r._row, r.provision_id || '/' || r.party_id || '/' || r.role, r.party_id, MAX(l.ended), r.role, r.provision_id,
  'began after the treaty had ended on'
FROM roles r
JOIN provisions v ON v.id = r.provision_id
JOIN parties p ON p.id = r.party_id
JOIN treaty_life l ON l.treaty_id = v.treaty_id
WHERE r.role IN ('obligor', 'controller', 'approver', 'decider', 'host') AND p.start_earliest > l.ended_latest
GROUP BY r._row, r.provision_id, r.party_id, r.role
