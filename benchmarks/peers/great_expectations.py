"""Expectations on pandas, one made from each keyword and key of ours.

peer: great-expectations
needs: great-expectations
largest: 100k
checks: required, enum, pattern, bounds, primary keys.
misses: row rules, foreign keys, days that no calendar has, quotes, lines; a ragged row ends the run.
"""

import os

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

from benchmarks.peers._tables import Table, finish, folder, read_tables


def expectations(table: Table) -> list[gxe.Expectation]:
    """Our schema as expectations."""
    key = table.primary_key
    found: list[gxe.Expectation] = [
        gxe.ExpectCompoundColumnsToBeUnique(column_list=key)
        if len(key) > 1
        else gxe.ExpectColumnValuesToBeUnique(column=key[0])
    ]
    found += [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in table.required]
    for name, spec in table.columns.items():
        if "pattern" in spec:
            found.append(gxe.ExpectColumnValuesToMatchRegex(column=name, regex=spec["pattern"]))
        if "enum" in spec:
            found.append(gxe.ExpectColumnValuesToBeInSet(column=name, value_set=spec["enum"]))
        if spec["type"] == "integer":
            bounds = {"min_value": spec["minimum"], "max_value": spec.get("maximum")}
            found.append(gxe.ExpectColumnValuesToBeBetween(column=name, **bounds))
    return found


if __name__ == "__main__":
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("pandas")
    failed = 0
    for table in read_tables(folder()):
        frame = pd.read_csv(table.path, dtype=str, keep_default_na=False, na_values=[""])
        for name, spec in table.columns.items():
            if spec["type"] == "integer":
                frame[name] = pd.to_numeric(frame[name])
        batch = source.add_dataframe_asset(table.name).add_batch_definition_whole_dataframe("all")
        suite = gx.ExpectationSuite(table.name, expectations=expectations(table))
        result = batch.get_batch({"dataframe": frame}).validate(suite)
        failed += sum(not item.success for item in result.results)
    finish(failed)
