"""Our row schemas as CSVW metadata, for the two libraries that read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmarks.peers._tables import Table, read_tables

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.peers._tables import Schema


def _datatype(spec: Schema) -> Schema:
    if spec["type"] == "integer":
        return {"base": "integer"} | {name: spec[name] for name in ("minimum", "maximum") if name in spec}
    if "enum" in spec:
        return {"base": "string", "format": "|".join(spec["enum"])}
    return {"base": "string"} | ({"format": spec["pattern"].strip("^$")} if "pattern" in spec else {})


def _table(table: Table) -> dict[str, Any]:
    columns = [
        {"name": name, "datatype": _datatype(spec), "required": name in table.required}
        for name, spec in table.columns.items()
    ]
    keys = [
        {"columnReference": columns, "reference": {"resource": f"{to_table}.csv", "columnReference": to_columns}}
        for columns, to_table, to_columns in table.foreign_keys
        if len(columns) == 1
    ]
    return {
        "url": table.path.name,
        "tableSchema": {"columns": columns, "primaryKey": table.primary_key, "foreignKeys": keys},
    }


def write_metadata(folder: Path) -> Path:
    """Writes `metadata.json` into the package and returns its path."""
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:conformsTo": "http://cldf.clld.org/v1.0/terms.rdf#Generic",
        "tables": [_table(table) for table in read_tables(folder)],
    }
    path = folder / "metadata.json"
    path.write_text(json.dumps(metadata, ensure_ascii=False), encoding="utf-8")
    return path
