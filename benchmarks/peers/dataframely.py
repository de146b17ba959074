"""Typed Polars frames; the schemas are made from ours.

peer: dataframely
needs: dataframely
largest: 10M
checks: types, required, enum, pattern, bounds, primary keys.
misses: row rules, foreign keys, days that no calendar has, quotes, lines; a ragged row ends the run.
"""

from collections.abc import Callable

import dataframely as dy
import polars as pl

from benchmarks.peers._tables import Table, finish, folder, read_tables


def one_of(values: list[str]) -> Callable[[pl.Expr], pl.Expr]:
    """A check that a cell is one of these."""
    return lambda cell: cell.is_in(values)


def schema_of(table: Table) -> type[dy.Schema]:
    """Our schema as one of dataframely."""
    columns: dict[str, dy.Column] = {}
    for name, spec in table.columns.items():
        key = name in table.primary_key
        nullable = name not in table.required
        if spec["type"] == "integer":
            columns[name] = dy.Int64(nullable=nullable, primary_key=key, min=spec["minimum"], max=spec.get("maximum"))
        else:
            check = one_of(spec["enum"]) if "enum" in spec else None
            columns[name] = dy.String(nullable=nullable, primary_key=key, regex=spec.get("pattern"), check=check)
    return type(table.name, (dy.Schema,), columns)


if __name__ == "__main__":
    found = 0
    for table in read_tables(folder()):
        frame = pl.read_csv(table.path, infer_schema=False)
        _, failure = schema_of(table).filter(frame, cast=True)
        found += sum(failure.counts().values())
    finish(found)
