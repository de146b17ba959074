-- rule: syndicated-copy-counted
-- severity: warning
-- table: statements
-- column: source_id
-- since: 0.1.0
-- message: {value} and {expected} are copies of one document; as evidence for {thing} they count once.
-- hint: Cite one of the two, or link them by follows_id if one retells the other.
--
-- A report reprinted by ten outlets is one report. Where two statements say the same of the same thing and their sources
-- go back to one origin, the second adds no witness. Keep the copy that is nearest to the origin; if the second matters
-- because it changed the words, say by `follows_id` what it repeats; a statement that follows another of the same origin is a
-- retelling and counts as no witness.

WITH said AS (
  SELECT a._row, a.id, a.table_name || ' ' || a.key AS thing, a.stance, a.source_id, a.follows_id, o.origin_id,
    COALESCE(a.property, '') AS property, COALESCE(a.value, '') AS value,
    COALESCE(a.speaker_id, '') AS speaker_id, COALESCE(a.said_on, '') AS said_on
  FROM about a
  JOIN origins o ON o.id = a.source_id
  JOIN (SELECT origin_id FROM origins GROUP BY origin_id HAVING COUNT(*) > 1) c ON c.origin_id = o.origin_id
), alike AS (
  SELECT thing, stance, property, value, speaker_id, said_on, origin_id FROM said
  GROUP BY thing, stance, property, value, speaker_id, said_on, origin_id
  HAVING MIN(source_id) <> MAX(source_id)
), witness AS (
  SELECT s._row, s.id, s.thing, s.stance, s.source_id, s.origin_id, s.property, s.value, s.speaker_id, s.said_on
  FROM said s
  JOIN alike g ON g.thing = s.thing AND g.stance = s.stance AND g.property = s.property AND g.value = s.value
    AND g.speaker_id = s.speaker_id AND g.said_on = s.said_on AND g.origin_id = s.origin_id
  LEFT JOIN said e ON e.id = s.follows_id
  WHERE e.origin_id IS NULL OR e.origin_id <> s.origin_id
)
SELECT b._row, b.id AS key, b.source_id AS value, MIN(a.source_id) AS expected, b.thing
FROM witness a
JOIN witness b ON b.thing = a.thing AND b.stance = a.stance AND b.property = a.property AND b.value = a.value
  AND b.speaker_id = a.speaker_id AND b.said_on = a.said_on AND b.origin_id = a.origin_id
  AND b.source_id <> a.source_id AND b._row > a._row
GROUP BY b._row, b.id, b.source_id, b.thing
