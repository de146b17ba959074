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
-- because it changed the words, say by `follows_id` what it repeats.

SELECT b._row, b.id AS key, b.source_id AS value, MIN(a.source_id) AS expected, b.key AS thing
FROM about a
JOIN about b ON b.table_name = a.table_name AND b.key = a.key AND b.stance = a.stance AND b._row > a._row
  AND COALESCE(b.property, '') = COALESCE(a.property, '') AND COALESCE(b.value, '') = COALESCE(a.value, '')
  AND COALESCE(b.speaker_id, '') = COALESCE(a.speaker_id, '') AND b.source_id <> a.source_id
JOIN origins oa ON oa.id = a.source_id
JOIN origins ob ON ob.id = b.source_id AND ob.origin_id = oa.origin_id
JOIN statements sa ON sa.id = a.id
JOIN statements sb ON sb.id = b.id
WHERE COALESCE(sb.follows_id, '') <> a.id AND COALESCE(sa.follows_id, '') <> b.id
GROUP BY b._row, b.id, b.source_id, b.key
