-- view: dyad_trace
-- title: What the cells of the dyad-years rest on
-- key: obligor beneficiary variable provision_id first_year
-- needs: stays asked years pledges witnessed
-- version: 1
--
-- One row a party that is bound, a party to which it is bound, a variable of `directed_dyad_year` and a provision behind its
-- 1, with the years in which it holds, and the statements on the provision.
--
-- * `obligor`: The party that is bound.
-- * `beneficiary`: The party to which it is bound.
-- * `variable`: The column of the panel.
-- * `provision_id`: The provision.
-- * `treaty_id`: Its instrument.
-- * `first_year`: First year in which it binds the one to the other.
-- * `last_year`: Last such year; the last that was asked for, while it binds.
-- * `statements`: The statements that support it, separated by a space.
-- * `quotes`: Their quotes, separated by `|`.

SELECT DISTINCT p.obligor, b.party_id AS beneficiary, p.variable, p.provision_id, p.treaty_id,
  GREATEST(a.first_year, b.first_year) AS first_year, LEAST(a.last_year, b.last_year) AS last_year, w.statements, w.quotes
FROM pledges p
JOIN stays a ON a.treaty_id = p.treaty_id AND a.party_id = p.obligor
JOIN stays b ON b.family = a.family AND b.party_id <> a.party_id AND b.first_year <= a.last_year AND a.first_year <= b.last_year
LEFT JOIN witnessed w ON w.provision_id = p.provision_id
WHERE p.beneficiary = b.party_id OR p.beneficiary IS NULL OR b.treaty_id <> a.treaty_id
