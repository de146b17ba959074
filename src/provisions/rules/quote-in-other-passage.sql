-- rule: quote-in-other-passage
-- severity: error
-- table: statements
-- column: passage
-- since: 0.1.0
-- message: The quote stands in passage {expected} of {source_id}, not in passage {value}.
-- hint: Write {expected} as its passage.
--
-- The words are in the source, but not in the paragraph that the statement points at, so a reader would look in the
-- wrong place. Correct the number of the passage.

SELECT m._row, m.id AS key, m.passage AS value, m.found_in AS expected, m.source_id
FROM misquotes m
WHERE m.found_in IS NOT NULL
