-- rule: seed-hash-differs
-- severity: error
-- table: sources
-- column: sha256
-- since: 0.1.0
-- message: The hash of {key} proves nothing: {fault}.
-- hint: Put the document that was coded into seeds/, and write its hash (`sha256sum`) into sha256.
--
-- `sources.sha256` is the hash of the bytes in `seeds/`. It proves that the text which was coded is the text that is
-- held. Where it differs, the document was changed or replaced, or is not there at all; where a document is held and the
-- cell is empty, nothing proves it.

SELECT s._row, s.id AS key, s.sha256 AS value, f.sha256 AS expected,
  CASE WHEN f.file IS NULL THEN 'no document seeds/' || s.id || '.txt is there'
       WHEN s.sha256 IS NULL THEN 'the document seeds/' || f.file || ' is there, and its hash is not given'
       ELSE 'the document seeds/' || f.file || ' has another' END AS fault
FROM sources s
LEFT JOIN seed_files f ON f.source_id = s.id
WHERE COALESCE(s.sha256, '') <> COALESCE(f.sha256, '')
