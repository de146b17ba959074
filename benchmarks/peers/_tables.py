"""The tables of a generated package as the adapters need them, from its row schemas. Imports no peer."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

EDTF = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
Schema = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table: its file and its row schema, in which dates are a pattern, since no peer knows their format."""

    name: str
    path: Path
    schema: Schema

    @property
    def columns(self) -> dict[str, Schema]:
        """Schemas of the columns, by name."""
        return dict(self.schema["properties"])

    @property
    def required(self) -> list[str]:
        """Columns that may not be empty."""
        return list(self.schema["required"])

    @property
    def primary_key(self) -> list[str]:
        """Columns of the primary key."""
        return list(self.schema["x-table"]["primaryKey"])

    @property
    def foreign_keys(self) -> list[tuple[list[str], str, list[str]]]:
        """Foreign keys: columns, table and columns there."""
        keys = self.schema["x-table"].get("foreignKeys", [])
        return [(k["fields"], k["reference"].get("resource", self.name), k["reference"]["fields"]) for k in keys]

    def instances(self) -> Iterator[dict[str, Any]]:
        """The rows as JSON: without empty cells, integers as numbers."""
        integers = [name for name, spec in self.columns.items() if spec["type"] == "integer"]
        with self.path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, strict=True):
                instance: dict[str, Any] = {name: cell for name, cell in row.items() if cell != ""}
                for name in integers:
                    if instance.get(name, "").lstrip("-").isdigit():
                        instance[name] = int(instance[name])
                yield instance


def read_tables(folder: Path) -> list[Table]:
    """The tables of the package in that folder."""
    tables = []
    for path in sorted((folder / "schema").glob("*.json")):
        schema = json.loads(path.read_text("utf-8"))
        for spec in schema["properties"].values():
            if spec.get("format") == "edtf":
                del spec["format"]
                spec["pattern"] = EDTF
        tables.append(Table(path.stem, folder / f"{path.stem}.csv", schema))
    return tables


def folder() -> Path:
    """The package that the adapter was given."""
    return Path(sys.argv[1])


def finish(found: int) -> None:
    """Tells how much was found, and exits."""
    print(f"{found} found")
    sys.exit(1 if found else 0)
