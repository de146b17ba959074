"""Data frame schemas on pandas, made from ours.

peer: pandera on pandas
needs: pandera
largest: 1M
checks: types, required, enum, pattern, bounds, primary keys.
misses: row rules, foreign keys, days that no calendar has, quotes, lines; a ragged row ends the run.
"""

import pandas as pd
import pandera.pandas as pa

from benchmarks.peers._tables import Table, finish, folder, read_tables


def schema_of(table: Table) -> pa.DataFrameSchema:
    """Our schema as one of pandera."""
    columns = {}
    for name, spec in table.columns.items():
        checks = [pa.Check.isin(spec["enum"])] if "enum" in spec else []
        checks += [pa.Check.str_matches(spec["pattern"])] if "pattern" in spec else []
        checks += [pa.Check.ge(spec["minimum"])] if "minimum" in spec else []
        checks += [pa.Check.le(spec["maximum"])] if "maximum" in spec else []
        kind = "Int64" if spec["type"] == "integer" else str
        columns[name] = pa.Column(kind, checks, nullable=name not in table.required, coerce=kind == "Int64")
    return pa.DataFrameSchema(columns, unique=table.primary_key, strict=True)


if __name__ == "__main__":
    found = 0
    for table in read_tables(folder()):
        frame = pd.read_csv(table.path, dtype=str, keep_default_na=False, na_values=[""])
        try:
            schema_of(table).validate(frame, lazy=True)
        except pa.errors.SchemaErrors as error:
            found += len(error.failure_cases)
    finish(found)
