"""The successor of frictionless by its author, on Polars; the package is described anew in its terms.

peer: fairspec
needs: fairspec
largest: 10M
checks: types, required, enum, pattern, bounds, primary keys, single foreign keys.
misses: row rules, foreign keys into the same table or composite, days that no calendar has, quotes, lines; over-long
rows are cut. It takes an empty cell for a missing reference; those errors are not counted here.
"""

import json
import os
from pathlib import Path
from typing import Any

from fairspec import validate_dataset

from benchmarks.peers._tables import Table, finish, folder, read_tables

KEPT = ("type", "enum", "pattern", "minimum", "maximum")


def resource(table: Table) -> dict[str, Any]:
    """Our table as a resource of fairspec."""
    properties = {}
    for name, spec in table.columns.items():
        properties[name] = {keyword: spec[keyword] for keyword in KEPT if keyword in spec}
        if name not in table.required:
            properties[name]["type"] = [spec["type"], "null"]
    keys = [
        {"columns": columns, "reference": {"columns": there} | ({"resource": to} if to != table.name else {})}
        for columns, to, there in table.foreign_keys
        if len(columns) == 1
    ]
    schema = {
        "properties": properties,
        "required": list(properties),
        "missingValues": [""],
        "primaryKey": table.primary_key,
    }
    dialect = {"format": "csv", "delimiter": ",", "quoteChar": '"'}
    return {
        "name": table.name,
        "data": table.path.name,
        "fileDialect": dialect,
        "tableSchema": schema | ({"foreignKeys": keys} if keys else {}),
    }


if __name__ == "__main__":
    os.chdir(folder())
    path = Path("dataset.json")
    path.write_text(json.dumps({"resources": [resource(table) for table in read_tables(Path())]}), encoding="utf-8")
    report = validate_dataset(path.name)
    finish(sum(getattr(error, "cells", None) != ["None"] for error in report.errors))
