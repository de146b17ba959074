-- view: stays
-- needs: memberships asked families
--
-- One row a spell of a membership in whole years, first and last included; the last is the last year asked for, or the
-- last that is covered, where the spell is not known to have ended.

SELECT m.treaty_id, f.family, m.party_id, t.coding,
  EXTRACT(YEAR FROM m.from_earliest) AS first_year,
  COALESCE(EXTRACT(YEAR FROM m.to_latest), q.to_year) AS last_year
FROM memberships m
CROSS JOIN asked q
JOIN families f ON f.treaty_id = m.treaty_id
JOIN treaties t ON t.id = m.treaty_id
WHERE m.from_earliest IS NOT NULL
