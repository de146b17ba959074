-- rule: quote-spans-passages
-- severity: error
-- table: statements
-- column: quote
-- since: 0.1.0
-- message: The quote begins in passage {expected} of {source_id} and ends in passage {next_number}.
-- hint: Quote from one passage only, or make two statements.
--
-- A quote runs across the end of a paragraph. It cannot be shown in place, and the break between the two paragraphs is
-- lost. Split the statement in two, or shorten the quote to what stands in one passage.

SELECT m._row, m.id AS key, m.quote AS value, MIN(a.number) AS expected, MIN(b.number) AS next_number, m.source_id
FROM misquotes m
JOIN passages a ON a.source_id = m.source_id
JOIN passages b ON b.source_id = a.source_id AND b.number = a.number + 1
  AND contains_text(norm_ws(a.text) || ' ' || norm_ws(b.text), m.folded)
WHERE NOT EXISTS (SELECT 1 FROM passages o WHERE o.source_id = m.source_id AND contains_text(norm_ws(o.text), m.folded))
GROUP BY m._row, m.id, m.quote, m.source_id
