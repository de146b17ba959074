"""Data frame schemas on Polars, made from ours.

peer: pandera on Polars
needs: pandera
largest: 10M
checks: types, required, enum, pattern, bounds, primary keys.
misses: row rules, foreign keys, days that no calendar has, quotes, lines; a ragged row ends the run.
"""

import pandera.polars as pa
import polars as pl

from benchmarks.peers._tables import Table, finish, folder, read_tables


def schema_of(table: Table) -> pa.DataFrameSchema:
    """Our schema as one of pandera."""
    columns = {}
    for name, spec in table.columns.items():
        checks = [pa.Check.isin(spec["enum"])] if "enum" in spec else []
        checks += [pa.Check.str_matches(spec["pattern"])] if "pattern" in spec else []
        checks += [pa.Check.ge(spec["minimum"])] if "minimum" in spec else []
        checks += [pa.Check.le(spec["maximum"])] if "maximum" in spec else []
        kind = pl.Int64 if spec["type"] == "integer" else pl.String
        columns[name] = pa.Column(kind, checks, nullable=name not in table.required, coerce=kind == pl.Int64)
    return pa.DataFrameSchema(columns, unique=table.primary_key, strict=True)


if __name__ == "__main__":
    found = 0
    for table in read_tables(folder()):
        frame = pl.read_csv(table.path, infer_schema=False)
        try:
            schema_of(table).validate(frame, lazy=True)
        except pa.errors.SchemaErrors as error:
            found += len(error.failure_cases)
    finish(found)
