-- rule: passage-text-differs-from-seed
-- severity: error
-- table: passages
-- column: text
-- since: 0.1.0
-- message: Passage {number} of {source_id} is not what stands in seeds/{file}.
-- hint: Run `provisions passages seeds/{file}` and copy its rows into passages.csv.
--
-- The passages of a source are its stored text, paragraph by paragraph, and quotes are checked against them. A passage
-- that differs from the document in `seeds/`, or that the document does not have, makes every quote in it worthless.
-- Never edit a passage by hand: `provisions passages seeds/<file>` prints the rows.

SELECT p._row, p.source_id || '/' || CAST(p.number AS VARCHAR(20)) AS key, p.text AS value, q.text AS expected,
  p.source_id, p.number, COALESCE(f.file, p.source_id || '.txt') AS file
FROM passages p
JOIN sources s ON s.id = p.source_id
LEFT JOIN seed_files f ON f.source_id = p.source_id
LEFT JOIN seed_passages q ON q.source_id = p.source_id AND q.number = CAST(p.number AS VARCHAR(20))
WHERE (f.file IS NOT NULL AND COALESCE(q.text, '') <> p.text) OR (f.file IS NULL AND s.sha256 IS NULL)
