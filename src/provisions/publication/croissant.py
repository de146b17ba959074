"""A release in Croissant (1.1), the description of data sets that machine-learning tools load from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.documents import write_json
from provisions.publication.schemaorg import describe_agent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.model import Column
    from provisions.publication.about import About
    from provisions.publication.assets import Asset
    from provisions.publication.contents import Content

_VERSION = "http://mlcommons.org/croissant/1.1"
_TYPES = {"integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean"}
_TERMS = [
    "arrayShape",
    "citeAs",
    "column",
    "containedIn",
    "equivalentProperty",
    "extract",
    "field",
    "fileProperty",
    "fileObject",
    "fileSet",
    "format",
    "includes",
    "isArray",
    "isLiveDataset",
    "jsonPath",
    "key",
    "md5",
    "parentField",
    "path",
    "recordSet",
    "references",
    "regex",
    "repeated",
    "replace",
    "samplingRate",
    "separator",
    "source",
    "subField",
    "transform",
]
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}


def write_croissant(about: About, contents: Sequence[Content], assets: Sequence[Asset]) -> str:
    """The file as JSON-LD: a record set for each table, read from its CSV file, with its key and its references."""
    files = {content.file for content in contents}
    said: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": _VERSION,
        "name": about.name,
        "alternateName": about.title,
        "description": about.description,
        "version": about.version,
        "datePublished": about.date,
        "license": [licence.path for licence in about.licences if licence.path],
        "copyrightNotice": about.rights,
        "citeAs": about.citation,
        "creator": [describe_agent(agent) for agent in about.creators],
        "publisher": {"@type": "Organization", "name": about.publisher} if about.publisher else None,
        "url": f"https://doi.org/{about.doi}" if about.doi else about.homepage,
        "keywords": list(about.keywords),
        "inLanguage": about.language,
        "isLiveDataset": False,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": asset.name,
                "name": asset.name,
                "contentUrl": asset.name,
                "contentSize": f"{asset.bytes} B",
                "encodingFormat": asset.mediatype,
                "sha256": asset.sha256,
            }
            for asset in assets
            if asset.name in files
        ],
        "recordSet": [_record_set(content) for content in contents],
    }
    return write_json({key: value for key, value in said.items() if value or value is False})


def _record_set(content: Content) -> dict[str, Any]:
    table = content.table
    # A table that refers to itself is no graph without circles, which its readers ask for.
    references = {
        key.columns[0]: f"{key.to_table}/{key.to_columns[0]}"
        for key in table.foreign_keys
        if len(key.columns) == 1 and key.to_table != table.name
    }
    said = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": content.description,
        "key": [{"@id": f"{table.name}/{name}"} for name in table.primary_key],
        "field": [_field(content, column, references.get(column.name)) for column in table.columns],
    }
    return {key: value for key, value in said.items() if value}


def _field(content: Content, column: Column, reference: str | None) -> dict[str, Any]:
    text = "sc:Date" if column.schema.get("format") == "date" else "sc:Text"
    said = {
        "@type": "cr:Field",
        "@id": f"{content.name}/{column.name}",
        "name": column.name,
        "description": str(column.schema.get("description") or ""),
        "dataType": text if column.name in content.texts else _TYPES.get(column.type, text),
        "source": {"fileObject": {"@id": content.file}, "extract": {"column": column.name}},
        "references": {"field": {"@id": reference}} if reference else None,
    }
    return {key: value for key, value in said.items() if value}
