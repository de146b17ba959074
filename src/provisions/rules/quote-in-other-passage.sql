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

SELECT s._row, s.id AS key, s.passage AS value, MIN(o.number) AS expected, s.source_id
FROM statements s
JOIN passages p ON p.source_id = s.source_id AND p.number = s.passage
JOIN passages o ON o.source_id = s.source_id AND contains_text(norm_ws(o.text), norm_ws(s.quote))
WHERE NOT contains_text(norm_ws(p.text), norm_ws(s.quote))
GROUP BY s._row, s.id, s.passage, s.source_id
