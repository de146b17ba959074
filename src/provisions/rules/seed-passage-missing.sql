-- rule: seed-passage-missing
-- severity: error
-- table: sources
-- column: id
-- since: 0.1.0
-- message: Paragraph {expected} of seeds/{file} has no row in passages.
-- hint: Run `provisions passages seeds/{file}` and copy its rows into passages.csv.
--
-- Every paragraph of a document in `seeds/` is a row of `passages`, so that the passages of a source, joined, are its text.

SELECT s._row, s.id AS key, s.id AS value, q.number AS expected, f.file
FROM seed_files f
JOIN sources s ON s.id = f.source_id
JOIN seed_passages q ON q.source_id = f.source_id
LEFT JOIN passages p ON p.source_id = q.source_id AND CAST(p.number AS VARCHAR(20)) = q.number
WHERE p.source_id IS NULL
