-- rule: seed-hash-differs
-- severity: error
-- table: sources
-- column: sha256
-- since: 0.1.0
-- message: The hash of {key} is not that of its document: seeds/{file} has {expected}.
-- hint: If the document is the right one, write its hash into sha256; if not, put the original back.
--
-- `sources.sha256` is the hash of the bytes in `seeds/`. It proves that the text which was coded is the text that is
-- held. Where it differs, the document was changed or replaced, or is not there at all; where a document is held and the
-- cell is empty, nothing proves it.

SELECT s._row, s.id AS key, s.sha256 AS value, COALESCE(f.sha256, 'no document') AS expected,
  COALESCE(f.file, s.id || '.txt') AS file
FROM sources s
LEFT JOIN seed_files f ON f.source_id = s.id
WHERE COALESCE(s.sha256, '') <> COALESCE(f.sha256, '')
