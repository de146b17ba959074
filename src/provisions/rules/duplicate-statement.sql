-- rule: duplicate-statement
-- severity: error
-- table: statements
-- column: id
-- since: 0.1.0
-- message: The statement says the same as the one on line {other_line}: same thing, speaker, source and words.
-- hint: Delete one of the two.
--
-- Two rows that say the same of the same thing, by the same speaker, in the same place of the same source, are one
-- statement entered twice. It would count twice as evidence.

WITH same_place AS (
  SELECT source_id, COALESCE(action_id, provision_id, party_id, treaty_id) AS thing_id FROM statements
  GROUP BY source_id, COALESCE(action_id, provision_id, party_id, treaty_id) HAVING COUNT(*) > 1
)
SELECT d._row, d.id AS key, d.id AS value, d.first_row AS other_row
FROM (
  SELECT a._row, a.id, MIN(a._row) OVER (
    PARTITION BY a.table_name, a.key, a.source_id, a.stance, COALESCE(a.property, ''), COALESCE(a.value, ''),
      COALESCE(a.speaker_id, ''), COALESCE(a.said_on, ''), COALESCE(CAST(a.passage AS VARCHAR(20)), a.locator, ''),
      norm_ws(COALESCE(a.quote, a.claim))
  ) AS first_row
  FROM about a
  JOIN same_place g ON g.source_id = a.source_id
    AND g.thing_id = COALESCE(a.action_id, a.provision_id, a.party_id, a.treaty_id)
  WHERE a.id IS NOT NULL AND a.stance IS NOT NULL
) d
WHERE d._row > d.first_row
