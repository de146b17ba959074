"""What a schema is applied to, and what a keyword that fails has to tell: the two nouns of the compiler."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

from provisions.engines import quote_identifier, quote_literal
from provisions.errors import SchemaError
from provisions.limits import beyond, limits
from provisions.model import Atom

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisions.compile.references import Document
    from provisions.model import Table

_OWN = re.compile("_row|_sound|_unread|_flags[0-9]+")


@dataclass(frozen=True)
class Violation:
    """A keyword that fails: where, when (SQL), and what to tell."""

    keyword: str
    column: str | None
    invalid: str
    message: str
    hint: str = ""
    expected: tuple[str, ...] = ()


@dataclass
class Scope:
    """The table and the schema document at hand, and the atoms that predicates refer to so far."""

    table: Table
    document: Document
    atoms: dict[str, Atom] = field(default_factory=dict)
    schemas: int = 0

    def __post_init__(self) -> None:
        if "" in self.table.names:
            raise SchemaError(f"schema of {self.table.name}: a column has no name; give it one.")
        if own := [name for name in self.table.names if _OWN.fullmatch(name.lower())]:
            raise SchemaError(
                f"schema of {self.table.name}: the column name {own[0]!r} is kept for what is known of a row; rename it."
            )
        if len({name.lower() for name in self.table.names}) < len(self.table.names):
            raise SchemaError(
                f"schema of {self.table.name}: the names of two columns differ in capitals only, "
                "which not every program tells apart; rename one."
            )


@dataclass(frozen=True)
class Instance:
    """A row of the table, the cell of one `column`, or the `name` of a column itself (for `propertyNames`).

    `base` is the address that references start from, `trail` the schemas whose references led here.
    """

    scope: Scope
    column: str | None = None
    name: str | None = None
    base: str = ""
    trail: tuple[int, ...] = ()

    @property
    def table(self) -> Table:
        """The table whose rows are judged."""
        return self.scope.table

    @property
    def is_row(self) -> bool:
        """Whether this is a whole row, an object to JSON Schema."""
        return self.column is None and self.name is None

    @property
    def cell(self) -> str:
        """The text, as SQL: NULL where the cell is empty."""
        return quote_literal(self.name) if self.name is not None else cell_of(self.column or "")

    @property
    def type(self) -> str:
        """The JSON type of the instance when it is present: that of its column, whatever the schema says."""
        if self.column is not None:
            return self.table.column(self.column).type
        return "object" if self.name is None else "string"

    @property
    def place(self) -> str:
        """Where a schema stands, in words."""
        if self.column is not None:
            return f"the column {self.column!r}"
        return "a row" if self.name is None else "the names of columns"

    def at(self, column: str) -> Instance:
        """The cell of a column of this row."""
        return replace(self, column=column, trail=())

    def refuse(self, what: str) -> NoReturn:
        """Raises `SchemaError`, saying which schema and where in it."""
        raise SchemaError(f"schema of {self.table.name}: {what} (for {self.place}).")

    def begin(self, schema: dict[str, Any]) -> Instance:
        """This instance inside a schema. Raises `SchemaError` where schemas unfold without end."""
        self.scope.schemas += 1
        if self.scope.schemas > limits().subschemas:
            self.refuse(f"its references unfold into too many schemas ({beyond('subschemas')})")
        return replace(self, base=self.scope.document.base_of(schema, self.base))

    def atom(self, predicate: str, asked: str, holds: Callable[[str], bool]) -> str:
        """SQL for a predicate that Python judges: true where `holds` is, for values for which the SQL `asked` is true.

        `predicate` says in words what `holds` means; the same words about the same cells are the same atom.
        """
        if self.name is not None:
            return "TRUE" if holds(self.name) else "FALSE"
        column = self.column or ""
        digest = hashlib.sha256(repr((column, asked, predicate)).encode()).hexdigest()[:16]
        atom = Atom(f"_atom_{self.table.name}_{digest}", self.table.name, column, asked, holds)
        self.scope.atoms.setdefault(atom.name, atom)
        return f"COALESCE({self.cell} IN (SELECT r.value FROM {quote_identifier(atom.name)} r), FALSE)"


def is_filled(column: str, table: Table) -> str:
    """SQL: the row has that property; a cell that could not be read is one, though the engine has no text of it."""
    if column not in table.places:
        return "FALSE"
    filled = f"{cell_of(column)} IS NOT NULL"
    unread = f"contains_text(t._unread, '/{table.places[column]}/')"
    return f"({filled} OR {unread})" if table.transcoded else filled


def cell_of(column: str) -> str:
    """The cell of a column in the row at hand, as SQL; qualified, since tables of atoms have a column as well."""
    return f"t.{quote_identifier(column)}"
