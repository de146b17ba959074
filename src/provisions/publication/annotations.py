"""Every statement as a W3C Web Annotation with its provenance (PROV-O), in JSON-LD: what was said, of which thing, where."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from provisions.documents import write_json
from provisions.engines import quote_literal

if TYPE_CHECKING:
    from pathlib import Path

    from provisions.engines import Engine
    from provisions.publication.about import About

_AROUND = 32  # characters of the passage before and after a quote
_URN = "urn:provisions:"
# Columns that are given as they are, and their names here.
_GIVEN = {
    "stance": "stance",
    "property": "property",
    "claimedValue": "value",
    "attribution": "attribution",
    "confidence": "confidence",
    "saidOn": "said_on",
    "codedOn": "coded_on",
    "locator": "locator",
}
_CONTEXT = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "prov": "http://www.w3.org/ns/prov#",
        "provisions": _URN,
        "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
        "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
        "hadPrimarySource": {"@id": "prov:hadPrimarySource", "@type": "@id"},
        "about": {"@id": "provisions:about", "@type": "@id"},
        **{name: f"provisions:{name}" for name in _GIVEN},
    },
]
_BATCH = 100_000  # annotations that are put in order at a time
# The passage is the part of the source that is meant; within it the quote is found by its words.
_ITEMS = """
WITH placed AS (
  SELECT s.*, a.table_name, a.key, o.url, p.text, strpos(p.text, s.quote) AS place
  FROM statements s
  JOIN about a ON a.id = s.id
  JOIN sources o ON o.id = s.source_id
  LEFT JOIN passages p ON p.source_id = s.source_id AND p.number = s.passage
  WHERE s._row > {after} AND s._row <= {after} + {batch}
)
SELECT concat(
  '    {{"id":', to_json('{urn}statements:' || id), ',"type":"Annotation","motivation":"describing"',
  CASE WHEN length(coded_on) = 10 THEN ',"created":' || to_json(coded_on || 'T00:00:00Z') END,
  ',"body":{{"type":"TextualBody","value":', to_json(COALESCE(claim, property || ': ' || value)), ',"format":"text/plain"',
  ',"language":' || to_json(CAST({language} AS VARCHAR)), ',"purpose":"describing"}}',
  ',"about":', to_json('{urn}' || table_name || ':' || key),
  {given},
  ',"wasAttributedTo":' || to_json('{urn}speakers:' || speaker_id),
  ',"wasDerivedFrom":' || to_json('{urn}statements:' || follows_id),
  ',"hadPrimarySource":', to_json('{urn}sources:' || source_id),
  ',"target":{{"type":"SpecificResource","source":',
  to_json(COALESCE(url, '{urn}sources:' || source_id || COALESCE(':' || passage, ''))),
  CASE WHEN quote IS NOT NULL THEN concat(
    ',"selector":{{"type":"TextQuoteSelector","exact":', to_json(quote),
    CASE WHEN place > 1 THEN
      ',"prefix":' || to_json(substr(text, greatest(1, place - {around}), least(place - 1, {around})))
    END,
    CASE WHEN place > 0 THEN ',"suffix":' || to_json(NULLIF(substr(text, place + length(quote), {around}), '')) END,
    '}}'
  ) END,
  '}}}}', CASE WHEN _row < {last} THEN ',' END
) AS line
FROM placed ORDER BY _row
"""


def write_annotations(engine: Engine, path: Path, about: About, statements: int) -> None:
    """Writes an Annotation Collection with one page, an annotation a line."""
    lines = path.with_name(f"{path.name}.lines")
    language = quote_literal(about.language) if about.language else "NULL"
    given = ",\n  ".join(f"',\"{name}\":' || to_json({column})" for name, column in _GIVEN.items())
    name = f"{_URN}{about.stem}:annotations"
    page = {"id": f"{name}:1", "type": "AnnotationPage", "partOf": name, "startIndex": 0, "items": []}
    collection = {
        "@context": _CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": f"{about.title}: statements",
        "total": statements,
        "last": page["id"],
        "first": page,
    }
    head, tail = write_json(collection).rsplit("[]", 1)
    with path.open("wb") as file:
        file.write(f"{head}[\n".encode())
        for after in range(0, statements, _BATCH):
            items = _ITEMS.format(
                urn=_URN, around=_AROUND, language=language, given=given, after=after, batch=_BATCH, last=statements
            )
            engine.run(
                f"COPY ({items}) TO {quote_literal(str(lines))} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
            )
            with lines.open("rb") as source:
                shutil.copyfileobj(source, file)
            lines.unlink()
        file.write(f"    ]{tail}".encode())
