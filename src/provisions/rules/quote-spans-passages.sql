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

SELECT s._row, s.id AS key, s.quote AS value, MIN(a.number) AS expected, MIN(b.number) AS next_number, s.source_id
FROM statements s
JOIN passages a ON a.source_id = s.source_id
JOIN passages b ON b.source_id = a.source_id AND b.number = a.number + 1
  AND contains_text(norm_ws(a.text) || ' ' || norm_ws(b.text), norm_ws(s.quote))
WHERE NOT EXISTS (SELECT 1 FROM passages o WHERE o.source_id = s.source_id AND contains_text(norm_ws(o.text), norm_ws(s.quote)))
GROUP BY s._row, s.id, s.quote, s.source_id
