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

WITH thing AS (
  SELECT a._row, a.id, a.table_name || ' ' || a.key AS thing, COALESCE(a.property, '') AS property,
    COALESCE(a.value, '') AS value, a.stance, COALESCE(a.speaker_id, '') AS speaker_id, a.source_id
  FROM about a
), same_thing AS (
  SELECT thing, property, value, stance, speaker_id, source_id FROM thing
  GROUP BY thing, property, value, stance, speaker_id, source_id HAVING COUNT(*) > 1
), wording AS (
  SELECT t._row, t.id, t.thing, t.property, t.value, t.stance, t.speaker_id, t.source_id,
    COALESCE(s.said_on, '') AS said_on, COALESCE(CAST(s.passage AS VARCHAR(20)), s.locator, '') AS place,
    norm_ws(COALESCE(s.quote, s.claim)) AS words
  FROM thing t
  JOIN same_thing g ON g.thing = t.thing AND g.property = t.property AND g.value = t.value AND g.stance = t.stance
    AND g.speaker_id = t.speaker_id AND g.source_id = t.source_id
  JOIN statements s ON s.id = t.id AND s._row = t._row
)
SELECT d._row, d.id AS key, d.id AS value, d.first_row AS other_row
FROM (
  SELECT w._row, w.id, MIN(w._row) OVER (
    PARTITION BY w.thing, w.property, w.value, w.stance, w.speaker_id, w.source_id, w.said_on, w.place, w.words
  ) AS first_row
  FROM wording w
) d
WHERE d._row > d.first_row
