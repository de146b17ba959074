-- view: obligations
-- title: Obligations
-- key: provision_id obligor beneficiary bound_from
-- needs: memberships conditions_folded parts
--
-- One row a provision, a party bound by it and a party that benefits, for each spell in which it binds the one and, where
-- the beneficiary joined the treaty too, the other. Where no beneficiary is coded, the column is empty.
--
-- * `treaty_id`: The instrument.
-- * `provision_id`: The provision.
-- * `locator`: Its place in the instrument.
-- * `category_id`: Its category.
-- * `modality`: How it binds.
-- * `basis`: What its coding rests on.
-- * `obligor`: The party that is bound.
-- * `beneficiary`: The party to which it is bound.
-- * `one_sided`: `true` where the treaty has no provision of this category by which the beneficiary is bound to the obligor; empty without a beneficiary.
-- * `trigger`: The event on which it comes into play.
-- * `conditions`: Its limits, `kind: detail`, separated by `|`.
-- * `bound_from`: Date from which the provision binds; empty where that is not known.
-- * `bound_to`: Date on which it ceases to; empty while it binds, and where that is not known.
-- * `from_earliest`: First day on which it may have begun to bind.
-- * `to_latest`: Day by which it had surely ceased to.

WITH pairs AS (
  SELECT DISTINCT p.treaty_id, p.id AS provision_id, p.locator, p.category_id, p.modality, p.basis, p.trigger,
    o.party_id AS obligor, b.party_id AS beneficiary
  FROM provisions p
  JOIN parts o ON o.provision_id = p.id AND o.role = 'obligor'
  LEFT JOIN parts b ON b.provision_id = p.id AND b.role = 'beneficiary' AND b.party_id <> o.party_id
), members AS (
  SELECT DISTINCT treaty_id, party_id FROM memberships
)
SELECT p.treaty_id, p.provision_id, p.locator, p.category_id, p.modality, p.basis, p.obligor, p.beneficiary,
  CASE WHEN p.beneficiary IS NOT NULL THEN r.treaty_id IS NULL END AS one_sided, p.trigger, c.conditions,
  CASE WHEN n.from_earliest > m.from_earliest THEN n.bound_from ELSE m.bound_from END AS bound_from,
  CASE WHEN m.to_latest IS NULL OR n.to_latest < m.to_latest THEN n.bound_to ELSE m.bound_to END AS bound_to,
  CASE WHEN n.from_earliest > m.from_earliest THEN n.from_earliest ELSE m.from_earliest END AS from_earliest,
  CASE WHEN m.to_latest IS NULL OR n.to_latest < m.to_latest THEN n.to_latest ELSE m.to_latest END AS to_latest
FROM pairs p
LEFT JOIN memberships m ON m.treaty_id = p.treaty_id AND m.party_id = p.obligor
LEFT JOIN members j ON j.treaty_id = p.treaty_id AND j.party_id = p.beneficiary
LEFT JOIN memberships n ON n.treaty_id = j.treaty_id AND n.party_id = j.party_id
  AND (m.to_latest IS NULL OR n.from_earliest <= m.to_latest) AND (n.to_latest IS NULL OR m.from_earliest <= n.to_latest)
LEFT JOIN (
  SELECT DISTINCT treaty_id, category_id, obligor, beneficiary FROM pairs
) r ON r.treaty_id = p.treaty_id AND r.category_id = p.category_id AND r.obligor = p.beneficiary AND r.beneficiary = p.obligor
LEFT JOIN conditions_folded c ON c.provision_id = p.provision_id
WHERE j.treaty_id IS NULL OR m.treaty_id IS NULL OR n.treaty_id IS NOT NULL
