-- view: cow_type
-- title: Types of alliance after the Correlates of War
-- key: treaty_id
-- needs: codings
-- version: 1
--
-- One row a treaty: the highest type that its provisions reach, by the definitions of the Correlates of War formal
-- alliances 4.1, derived from our rows alone. The four pledges stand beside it.
--
-- * `treaty_id`: The instrument.
-- * `type`: `Type I` (defence pact), `Type IIa` (neutrality), `Type IIb` (non-aggression), `Type III` (entente), `none`; empty where the treaty is not coded completely and no higher type can be ruled out.
-- * `defense`: 1 where it holds a pledge to defend, 0 where it holds none, empty where that is not known.
-- * `neutrality`: The same for neutrality.
-- * `nonaggression`: The same for non-aggression.
-- * `entente`: The same for consultation in a crisis.
-- * `provisions`: The provisions behind all of these, separated by a space.

WITH found AS (
  SELECT treaty_id, variable, provision_id FROM codings WHERE scheme = 'cow' AND variable <> 'ss_type'
), flags AS (
  SELECT t.id AS treaty_id, CASE WHEN t.coding = 'complete' THEN 0 END AS otherwise,
    MAX(CASE WHEN f.variable = 'defense' THEN 1 END) AS defense,
    MAX(CASE WHEN f.variable = 'neutrality' THEN 1 END) AS neutrality,
    MAX(CASE WHEN f.variable = 'nonaggression' THEN 1 END) AS nonaggression,
    MAX(CASE WHEN f.variable = 'entente' THEN 1 END) AS entente,
    NULLIF(array_join(array_sort(array_agg(DISTINCT f.provision_id)), ' '), '') AS provisions
  FROM treaties t LEFT JOIN found f ON f.treaty_id = t.id
  GROUP BY t.id, t.coding
)
SELECT treaty_id,
  CASE WHEN defense = 1 THEN 'Type I'
    WHEN otherwise IS NULL THEN NULL
    WHEN neutrality = 1 THEN 'Type IIa' WHEN nonaggression = 1 THEN 'Type IIb' WHEN entente = 1 THEN 'Type III'
    ELSE 'none' END AS type,
  COALESCE(defense, otherwise) AS defense, COALESCE(neutrality, otherwise) AS neutrality,
  COALESCE(nonaggression, otherwise) AS nonaggression, COALESCE(entente, otherwise) AS entente, provisions
FROM flags
