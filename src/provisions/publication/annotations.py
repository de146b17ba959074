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
_CONTEXT = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "prov": "http://www.w3.org/ns/prov#",
        "provisions": _URN,
        "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
        "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
        "hadPrimarySource": {"@id": "prov:hadPrimarySource", "@type": "@id"},
        "about": {"@id": "provisions:about", "@type": "@id"},
        **{
            name: f"provisions:{name}"
            for name in (
                "stance",
                "property",
                "claimedValue",
                "attribution",
                "confidence",
                "saidOn",
                "codedOn",
                "locator",
            )
        },
    },
]
# The passage is the part of the source that is meant; within it the quote is found by its words.
_ITEMS = """
WITH placed AS (
  SELECT s.*, a.table_name, a.key, o.url, p.text, strpos(p.text, s.quote) AS place
  FROM statements s
  JOIN about a ON a.id = s.id
  JOIN sources o ON o.id = s.source_id
  LEFT JOIN passages p ON p.source_id = s.source_id AND p.number = s.passage
), told AS (
  SELECT _row, json_merge_patch('{{}}', json_object(
    'id', '{urn}statements:' || id,
    'type', 'Annotation',
    'motivation', 'describing',
    'created', CASE WHEN length(coded_on) = 10 THEN coded_on || 'T00:00:00Z' END,
    'body', json_object(
      'type', 'TextualBody',
      'value', COALESCE(claim, property || ': ' || value),
      'format', 'text/plain',
      'language', {language},
      'purpose', 'describing'
    ),
    'about', '{urn}' || table_name || ':' || key,
    'stance', stance, 'property', property, 'claimedValue', value, 'attribution', attribution, 'confidence', confidence,
    'saidOn', said_on, 'codedOn', coded_on, 'locator', locator,
    'wasAttributedTo', '{urn}speakers:' || speaker_id,
    'wasDerivedFrom', '{urn}statements:' || follows_id,
    'hadPrimarySource', '{urn}sources:' || source_id,
    'target', json_object(
      'type', 'SpecificResource',
      'source', COALESCE(url, '{urn}sources:' || source_id || COALESCE(':' || passage, '')),
      'selector', CASE WHEN quote IS NOT NULL THEN json_object(
        'type', 'TextQuoteSelector',
        'exact', quote,
        'prefix', CASE WHEN place > 1 THEN substr(text, greatest(1, place - {around}), least(place - 1, {around})) END,
        'suffix', CASE WHEN place > 0 THEN NULLIF(substr(text, place + length(quote), {around}), '') END
      ) END
    )
  )) AS item
  FROM placed
)
SELECT '    ' || item || CASE WHEN row_number() OVER (ORDER BY _row DESC) > 1 THEN ',' ELSE '' END AS line
FROM told ORDER BY _row
"""


def write_annotations(engine: Engine, path: Path, about: About, statements: int) -> None:
    """Writes an Annotation Collection with one page, an annotation a line."""
    lines = path.with_name(f"{path.name}.lines")
    language = quote_literal(about.language) if about.language else "NULL"
    items = _ITEMS.format(urn=_URN, around=_AROUND, language=language)
    engine.run(
        f"COPY ({items}) TO {quote_literal(str(lines))} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
    )
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
    with path.open("wb") as file, lines.open("rb") as source:
        file.write(f"{head}[\n".encode())
        shutil.copyfileobj(source, file)
        file.write(f"    ]{tail}".encode())
    lines.unlink()
