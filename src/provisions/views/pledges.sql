-- view: pledges
-- needs: codings parts
-- version: 1
--
-- One row a provision, a party that it binds, a party to which it binds it (none where no beneficiary is coded: then all),
-- and a variable of the panels: ATOP’s five pledges; `umbrella`, a pledge to protect by nuclear weapons; `nuclear`, any provision
-- on nuclear weapons; `exercises`, any on joint exercises. A mere intention is none of these.

WITH RECURSIVE tree AS (
  SELECT id, id AS top FROM categories WHERE id IN ('nuclear', 'joint-exercises', 'extended-deterrence')
  UNION ALL
  SELECT c.id, t.top FROM categories c JOIN tree t ON t.id = c.broader_id
), counted AS (
  SELECT treaty_id, provision_id, variable FROM codings
  WHERE scheme = 'atop' AND variable IN ('defense', 'offense', 'neutral', 'nonagg', 'consul') AND value = '1'
  UNION
  SELECT p.treaty_id, p.id, CASE t.top WHEN 'nuclear' THEN 'nuclear' WHEN 'joint-exercises' THEN 'exercises' ELSE 'umbrella' END
  FROM provisions p JOIN tree t ON t.id = p.category_id
  WHERE p.modality <> 'intention'
)
SELECT DISTINCT c.treaty_id, c.provision_id, c.variable, o.party_id AS obligor, b.party_id AS beneficiary
FROM counted c
JOIN parts o ON o.provision_id = c.provision_id AND o.role = 'obligor'
LEFT JOIN parts b ON b.provision_id = c.provision_id AND b.role = 'beneficiary' AND b.party_id <> o.party_id
