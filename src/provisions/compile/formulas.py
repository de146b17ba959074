"""Cells that a spreadsheet would take for a formula: told as a warning, as a table of others’ words can carry one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.compile.keys import cells, key_of
from provisions.engines import quote_identifier
from provisions.model import Check, Severity

if TYPE_CHECKING:
    from provisions.model import Table

RULE = "formula-cell"
STARTS = ("=", "+", "-", "@", "\t")


def compile_formulas(table: Table) -> list[Check]:
    """A check for each column of text that no pattern, format or list of values keeps from beginning like a formula."""
    free = [
        column.name
        for column in table.columns
        if column.type == "string" and not {"pattern", "format", "enum", "const"} & set(column.schema)
    ]
    listed = ", ".join(f"'{start}'" for start in STARTS)
    return [
        Check(
            rule=RULE,
            severity=Severity.WARNING,
            table=table.name,
            column=name,
            sql=f"SELECT t._row, {key_of(table)} AS key FROM {cells(table.name)} t WHERE t._sound",
            message="A spreadsheet would take “{value}” for a formula.",
            hint="Begin it with another character, or waive it.",
            predicate=f"COALESCE(substr({quote_identifier(name)}, 1, 1) IN ({listed}), FALSE)",
        )
        for name in free
    ]
