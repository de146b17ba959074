-- rule: follows-later-statement
-- severity: error
-- table: statements
-- column: follows_id
-- since: 0.1.0
-- message: The statement of {value} repeats one of {expected}: the retelling runs backwards.
-- hint: Turn the link round, or correct a date.
--
-- `follows_id` points at the earlier statement that this one repeats, so that a remark can be followed as it is retold.
-- Compared are the day on which each was said or, where that is not known, the day on which its source appeared.

SELECT s._row, s.id AS key, COALESCE(s.said_on, a.published_on) AS value, COALESCE(e.said_on, b.published_on) AS expected
FROM statements s
JOIN statements e ON e.id = s.follows_id
JOIN sources a ON a.id = s.source_id
JOIN sources b ON b.id = e.source_id
WHERE COALESCE(e.said_on_earliest, b.published_on_earliest) > COALESCE(s.said_on_latest, a.published_on_latest)
