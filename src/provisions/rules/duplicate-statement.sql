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

SELECT d._row, d.id AS key, d.id AS value, d.first_row AS other_row
FROM (
  SELECT s._row, s.id, MIN(s._row) OVER (
    PARTITION BY a.table_name, a.key, COALESCE(s.property, ''), COALESCE(s.value, ''), s.stance,
      COALESCE(s.speaker_id, ''), COALESCE(s.said_on, ''), s.source_id,
      COALESCE(CAST(s.passage AS VARCHAR(20)), s.locator, ''), norm_ws(COALESCE(s.quote, s.claim))) AS first_row
  FROM statements s JOIN about a ON a.id = s.id
) d
WHERE d._row > d.first_row
