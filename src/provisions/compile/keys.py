"""Primary, unique and foreign keys → checks. An empty part of a unique or foreign key is not compared (SQL `MATCH SIMPLE`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.engines import quote_identifier
from provisions.errors import SchemaError
from provisions.model import Check, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from provisions.model import ForeignKey, Table


def cells(table: str) -> str:
    """The engine’s table of text cells for a table of the package, as SQL."""
    return quote_identifier(f"_cells_{table}")


def key_of(table: Table) -> str:
    """The primary key of a row as one text, as SQL; NULL where the table has none."""
    return _joined("t", table.primary_key) if table.primary_key else "CAST(NULL AS VARCHAR(1))"


def compile_keys(table: Table, tables: Mapping[str, Table]) -> list[Check]:
    """The checks of a table’s keys. Raises `SchemaError` for a foreign key to a table or column that does not exist."""
    checks = [_unique(table, "primaryKey", table.primary_key)] if table.primary_key else []
    checks += [_unique(table, "uniqueKeys", columns) for columns in table.unique_keys]
    for key in table.foreign_keys:
        target = tables.get(key.to_table)
        if target is None or not set(key.to_columns) <= set(target.names):
            raise SchemaError(
                f"schema of {table.name}: a foreign key leads to {key.to_table}({', '.join(key.to_columns)}), which does not exist."
            )
        checks.append(_foreign(table, key))
    return checks


def find_implied(checks: Iterable[Check]) -> dict[Check, tuple[Check, Check]]:
    """Checks on the filled cells of a foreign key that the other end implies: check → that of the key, that of its target.

    Where each value of the key stands in the column it leads to, and the cells there are held to the same and hold, the
    cells here need not be looked at. Both ends are in rows that were judged only if the target’s table has no unsound row.
    """
    keys = {(check.table, check.column): check for check in checks if check.looks_up}
    judged = {(check.table, check.predicate): check for check in checks if check.predicate and not check.atoms}
    implied = {}
    for check in judged.values():
        key = keys.get((check.table, check.column))
        if key is None or key.looks_up is None or check.column is None or not check.predicate:
            continue
        to_table, to_column = key.looks_up
        here, there = f"t.{quote_identifier(check.column)}", f"t.{quote_identifier(to_column)}"
        target = judged.get((to_table, check.predicate.replace(here, there)))
        alone = "t." not in check.predicate.replace(here, "") and check.predicate.startswith(f"{here} IS NOT NULL AND ")
        if target and alone and (to_table, to_column) not in keys:
            implied[check] = (key, target)
    return implied


def _unique(table: Table, keyword: str, columns: Sequence[str]) -> Check:
    names = ", ".join(quote_identifier(column) for column in columns)
    filled = " AND ".join(f"{quote_identifier(column)} IS NOT NULL" for column in columns)
    same = " AND ".join(f"d.{quote_identifier(column)} = t.{quote_identifier(column)}" for column in columns)
    words = ", ".join(f"`{column}`" for column in columns)
    repeated = (
        f"SELECT {names}, MIN(_row) AS _first FROM {cells(table.name)} WHERE _sound AND {filled} "
        f"GROUP BY {names} HAVING COUNT(*) > 1"
    )
    return Check(
        rule=f"schema/{keyword}",
        severity=Severity.ERROR,
        table=table.name,
        column=columns[0],
        sql=f"SELECT t._row, {key_of(table)} AS key, {_joined('t', columns)} AS value, d._first AS other_row "
        f"FROM {cells(table.name)} t JOIN ({repeated}) d ON {same} WHERE t._sound AND t._row > d._first",
        message=f"“{{value}}” stands already on line {{other_line}}; {words} must be unique.",
        hint="Give one of the two rows another value, or delete the one that repeats.",
    )


def _foreign(table: Table, key: ForeignKey) -> Check:
    filled = " AND ".join(f"t.{quote_identifier(column)} IS NOT NULL" for column in key.columns)
    same = " AND ".join(
        f"r.{quote_identifier(b)} = t.{quote_identifier(a)}" for a, b in zip(key.columns, key.to_columns, strict=True)
    )
    words = ", ".join(key.to_columns)
    return Check(
        rule="schema/foreignKey",
        severity=Severity.ERROR,
        table=table.name,
        column=key.columns[-1],
        sql=f"SELECT t._row, {key_of(table)} AS key, {_joined('t', key.columns)} AS value "
        f"FROM {cells(table.name)} t WHERE t._sound AND {filled} AND NOT EXISTS (SELECT 1 FROM {cells(key.to_table)} r WHERE {same})",
        message=f"No row of {key.to_table} has the {words} “{{value}}”.",
        hint=f"Add the row to {key.to_table} first, or correct the value.",
        looks_up=(key.to_table, key.to_columns[0]) if len(key.columns) == 1 else None,
    )


def _joined(alias: str, columns: Sequence[str]) -> str:
    return " || '/' || ".join(f"COALESCE({alias}.{quote_identifier(column)}, '')" for column in columns)
