-- rule: role-party-not-in-treaty
-- severity: error
-- table: roles
-- column: party_id
-- since: 0.1.0
-- message: {value} is {role} in “{provision_id}”, but never signed or joined {treaty_id}.
-- hint: Add its signature or accession to actions, or correct the party; who only benefits is a `beneficiary`, who is told an `addressee`.
--
-- A treaty binds those who joined it: an obligor, controller, approver or host must have signed, adopted, acceded or
-- succeeded to the instrument. Third parties can benefit, be addressed or be the target. A joining row without a party
-- stands for all parties.

SELECT r._row, r.provision_id || '/' || r.party_id || '/' || r.role AS key, r.party_id AS value, r.role, r.provision_id, p.treaty_id
FROM roles r
JOIN provisions p ON p.id = r.provision_id
JOIN treaties t ON t.id = p.treaty_id
JOIN parties q ON q.id = r.party_id
LEFT JOIN joined j ON j.treaty_id = p.treaty_id AND (j.party_id = r.party_id OR j.party_id IS NULL)
WHERE r.role IN ('obligor', 'controller', 'approver', 'host') AND j.treaty_id IS NULL
