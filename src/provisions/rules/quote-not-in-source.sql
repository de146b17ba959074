-- rule: quote-not-in-source
-- severity: error
-- table: statements
-- column: quote
-- since: 0.1.0
-- message: The quote does not stand in passage {number} of {source_id}, nor elsewhere in that source.
-- hint: The nearest words there are “{closest}”. Copy them exactly, or leave the quote empty.
--
-- A quote must stand in the stored text of its source, letter for letter; only white space is folded. Where the words
-- cannot be found, they were misquoted, taken from another edition, or belong to another source.
-- To mend it, copy the words from the passage (`provisions evidence --source ID` prints it sentence by sentence), or
-- leave `quote` empty and let `claim` say it in your own words.

SELECT m._row, m.id AS key, m.quote AS value, m.text AS expected, m.source_id, m.passage AS number
FROM misquotes m
WHERE m.found_in IS NULL AND m.begins_in IS NULL
