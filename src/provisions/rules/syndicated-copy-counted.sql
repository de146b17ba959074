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

WITH witness AS (
  SELECT a._row, a.id, a.table_name, a.key, a.stance, a.source_id, o.origin_id,
    COALESCE(a.property, '') AS property, COALESCE(a.value, '') AS value,
    COALESCE(a.speaker_id, '') AS speaker_id, COALESCE(s.said_on, '') AS said_on
  FROM about a
  JOIN statements s ON s.id = a.id
  JOIN origins o ON o.id = a.source_id
  LEFT JOIN statements e ON e.id = s.follows_id
  LEFT JOIN origins p ON p.id = e.source_id
  WHERE p.origin_id IS NULL OR p.origin_id <> o.origin_id
)
SELECT b._row, b.id AS key, b.source_id AS value, MIN(a.source_id) AS expected, b.key AS thing
FROM witness a
JOIN witness b ON b.table_name = a.table_name AND b.key = a.key AND b.stance = a.stance AND b.property = a.property
  AND b.value = a.value AND b.speaker_id = a.speaker_id AND b.said_on = a.said_on AND b.origin_id = a.origin_id
  AND b.source_id <> a.source_id AND b._row > a._row
GROUP BY b._row, b.id, b.source_id, b.key
