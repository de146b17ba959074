"""A table’s schema → checks, each one `SELECT` that returns bad rows; and the tables of values that they refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.compile.confusables import compile_confusables
from provisions.compile.formulas import compile_formulas
from provisions.compile.instance import Instance, Scope
from provisions.compile.keys import cells, compile_keys, find_implied, key_of
from provisions.compile.keywords import violations
from provisions.compile.references import Document
from provisions.compile.residual import evaluate_atoms
from provisions.model import Check, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from provisions.model import Table

__all__ = [
    "cells",
    "compile_confusables",
    "compile_formulas",
    "compile_table",
    "evaluate_atoms",
    "find_implied",
    "key_of",
]


def compile_table(schemas: Iterable[Table], tables: Mapping[str, Table]) -> list[Check]:
    """The checks of one table from all its schemas, each once. Raises `SchemaError`.

    A finding’s rule is the keyword: `schema/required`, `schema/enum`, `schema/foreignKey` …
    """
    checks: dict[tuple[str, str | None, str], Check] = {}
    for table in schemas:
        for check in [*_compile_keywords(table), *compile_keys(table, tables)]:
            checks.setdefault((check.rule, check.column, check.predicate or check.sql), check)
    return list(checks.values())


def _compile_keywords(table: Table) -> list[Check]:
    scope = Scope(table, Document(table.name, table.schema))
    checks = []
    for violation in violations(table.schema, Instance(scope)):
        column = violation.column if violation.column in table.names else None
        checks.append(
            Check(
                rule=f"schema/{violation.keyword}",
                severity=Severity.ERROR,
                table=table.name,
                column=column,
                sql=f"SELECT t._row, {key_of(table)} AS key FROM {cells(table.name)} t WHERE t._sound",
                message=violation.message,
                hint=violation.hint,
                predicate=violation.invalid,
                expected=violation.expected,
                atoms=tuple(atom for atom in scope.atoms.values() if atom.name in violation.invalid),
            )
        )
    return checks
