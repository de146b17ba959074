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

SELECT m._row, m.id AS key, m.quote AS value, m.begins_in AS expected, m.begins_in + 1 AS next_number, m.source_id
FROM misquotes m
WHERE m.found_in IS NULL AND m.begins_in IS NOT NULL
