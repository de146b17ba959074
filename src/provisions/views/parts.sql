-- view: parts
-- needs: joined
--
-- One row a provision and a party that is bound by it or benefits: the coded roles; a party that joined later takes the
-- part that all who signed have; and one that succeeded to the treaty takes that of the party it succeeds.

WITH opened AS (
  SELECT DISTINCT treaty_id FROM actions WHERE kind IN ('accession', 'succession') AND party_id IS NOT NULL
), signed AS (
  SELECT DISTINCT a.treaty_id, a.party_id, a.treaty_id || '/' || a.party_id AS place FROM actions a
  JOIN opened o ON o.treaty_id = a.treaty_id
  WHERE a.kind IN ('signature', 'adoption') AND a.party_id IS NOT NULL
), signatories AS (
  SELECT treaty_id, COUNT(*) AS number FROM signed GROUP BY treaty_id
), shared AS (
  SELECT p.treaty_id, r.provision_id, r.role
  FROM roles r
  JOIN provisions p ON p.id = r.provision_id
  JOIN signed s ON s.place = p.treaty_id || '/' || r.party_id
  JOIN signatories n ON n.treaty_id = p.treaty_id
  WHERE r.role IN ('obligor', 'beneficiary')
  GROUP BY p.treaty_id, r.provision_id, r.role, n.number
  HAVING COUNT(DISTINCT r.party_id) = n.number
)
SELECT provision_id, party_id, role FROM roles WHERE role IN ('obligor', 'beneficiary')
UNION
SELECT h.provision_id, a.party_id, h.role
FROM shared h
JOIN actions a ON a.treaty_id = h.treaty_id AND a.kind IN ('accession', 'succession') AND a.party_id IS NOT NULL
UNION
SELECT r.provision_id, a.party_id, r.role
FROM actions a
JOIN parties q ON q.id = a.party_id
JOIN provisions p ON p.treaty_id = a.treaty_id
JOIN roles r ON r.provision_id = p.id AND r.party_id = q.succeeds_id AND r.role IN ('obligor', 'beneficiary')
WHERE a.kind = 'succession'
