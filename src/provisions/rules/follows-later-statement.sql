-- rule: follows-later-statement
-- severity: error
-- table: statements
-- column: follows_id
-- since: 0.1.0
-- message: The statement of {said} repeats one of {earlier}: the retelling runs backwards.
-- hint: Turn the link round, or correct a date.
--
-- `follows_id` points at the earlier statement that this one repeats, so that a remark can be followed as it is retold.
-- A statement cannot have been said later than its source appeared; when the other was said is known from its own date
-- or, where a source speaks in its own voice, from the day on which that appeared. Otherwise nothing is compared.

SELECT s._row, s.id AS key, s.follows_id AS value, COALESCE(s.said_on, a.published_on) AS said, COALESCE(e.said_on, b.published_on) AS earlier
FROM statements s
JOIN statements e ON e.id = s.follows_id
JOIN sources a ON a.id = s.source_id
JOIN sources b ON b.id = e.source_id
WHERE s.follows_id IS NOT NULL
  AND CASE WHEN e.said_on IS NOT NULL OR e.speaker_id IS NULL
    THEN COALESCE(date_earliest(e.said_on), CASE WHEN e.speaker_id IS NULL THEN b.published_on_earliest END)
      > COALESCE(date_latest(s.said_on), a.published_on_latest) END
