"""Validation steps on Polars, one made from each keyword and key of ours.

peer: pointblank
needs: pointblank
largest: 10M
checks: types, required, enum, pattern, bounds, primary keys, single foreign keys.
misses: row rules, the composite foreign key, days that no calendar has, quotes, lines; a ragged row ends the run.
"""

import pointblank as pb
import polars as pl

from benchmarks.peers._tables import finish, folder, read_tables

if __name__ == "__main__":
    tables = {table.name: table for table in read_tables(folder())}
    frames = {name: pl.read_csv(table.path, infer_schema=False) for name, table in tables.items()}
    found = 0
    for name, table in tables.items():
        steps = pb.Validate(frames[name]).rows_distinct(columns_subset=table.primary_key)
        steps = steps.col_vals_not_null(columns=table.required)
        for column, spec in table.columns.items():
            if "pattern" in spec:
                steps = steps.col_vals_regex(columns=column, pattern=spec["pattern"], na_pass=True)
            if "enum" in spec:
                steps = steps.col_vals_expr(expr=pl.col(column).is_in(spec["enum"]) | pl.col(column).is_null())
            if spec["type"] == "integer":
                number = pl.col(column).cast(pl.Int64, strict=False)
                fits = (number >= spec["minimum"]) & (number <= spec.get("maximum", 2**62))
                steps = steps.col_vals_expr(expr=fits.fill_null(value=False) | pl.col(column).is_null())
        for columns, to_table, to_columns in table.foreign_keys:
            if len(columns) == 1:
                known = frames[to_table][to_columns[0]].implode()
                steps = steps.col_vals_expr(expr=pl.col(columns[0]).is_in(known) | pl.col(columns[0]).is_null())
        steps = steps.interrogate(collect_extracts=False)
        found += int(sum(count or 0 for count in steps.n_failed().values()))  # none is told of an empty table
    finish(found)
