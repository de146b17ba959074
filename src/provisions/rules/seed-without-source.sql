-- rule: seed-without-source
-- severity: error
-- table: sources
-- column: id
-- since: 0.1.0
-- message: The document seeds/{file} belongs to no source.
-- hint: Add the row “{key}” to sources.csv, or name the document by the id of its source.
--
-- A document in `seeds/` is named by the id of its source. One without a source is not described anywhere, and nothing
-- can quote it.

SELECT CAST(NULL AS BIGINT) AS _row, f.source_id AS key, f.file
FROM seed_files f
LEFT JOIN sources s ON s.id = f.source_id
WHERE s.id IS NULL
