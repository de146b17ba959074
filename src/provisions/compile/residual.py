"""Evaluates atoms, the predicates on cells that SQL cannot express exactly, on the distinct values of their column.

The only part of the compiler that asks the engine for data: checks refer to what it has put there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.compile.keys import cells
from provisions.engines import quote_identifier, quote_literal
from provisions.errors import EngineError, RuleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from provisions.engines import Engine
    from provisions.model import Atom, Check

BATCH = 50_000


def evaluate_atoms(engine: Engine, checks: Iterable[Check]) -> None:
    """Makes the tables that the checks’ atoms stand for. Raises `RuleError` where one gives no verdict."""
    atoms = {atom.name: atom for check in checks for atom in check.atoms}
    for atom in atoms.values():
        try:
            rows = [(value,) for value in _values(engine, atom) if atom.holds(value)]
            engine.load_rows(atom.name, ["value"], rows)
        except (EngineError, RuleError) as error:
            raise RuleError(f"the column {atom.column!r} of {atom.table} cannot be judged: {error}") from error


def _values(engine: Engine, atom: Atom) -> Iterator[str]:
    """The distinct values that the atom is asked about, in order, a batch at a time."""
    column = f"t.{quote_identifier(atom.column)}"
    after = ""
    while True:
        rows = engine.rows(
            f"SELECT DISTINCT {column} AS value FROM {cells(atom.table)} t "
            f"WHERE t._sound AND {column} IS NOT NULL AND ({atom.asked}){after} ORDER BY value LIMIT {BATCH}"
        )
        yield from (row["value"] for row in rows)
        if len(rows) < BATCH:
            return
        after = f" AND {column} > {quote_literal(rows[-1]['value'])}"
