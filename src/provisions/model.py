"""The nouns of the line, as plain frozen values: tables and their columns, checks, findings, reports. No behaviour but lookups."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]


class Severity(enum.StrEnum):
    """How much a finding matters: `error` is a must of the codebook, `warning` a should."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Column:
    """A column: its name, the JSON type its cells are read as (string, integer, number, boolean, null) and its JSON Schema."""

    name: str
    type: str
    schema: Json
    required: bool = False

    @property
    def is_date(self) -> bool:
        """Whether cells are EDTF level 0 dates, so that the typed view gives their bounds."""
        return self.schema.get("format") == "edtf"


MAX_VALUE = 100_000  # characters of a cell that a finding holds


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values together must stand in `to_columns` of `to_table` (Table Schema v2, `foreignKeys`)."""

    columns: tuple[str, ...]
    to_table: str
    to_columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table, as its JSON Schema describes it."""

    name: str
    schema: Json
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    # Whether its cells are read before the engine sees them, whose rows then say in `_unread` which could not be.
    transcoded: bool = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each column stands, from 0."""
        return {name: place for place, name in enumerate(self.names)}

    def column(self, name: str) -> Column:
        """The column of that name; raises `KeyError`."""
        return self.columns[self.places[name]]


@dataclass(frozen=True)
class Atom:
    """A predicate on one cell that SQL cannot express exactly: a Python function, asked once for each distinct value.

    The values of `column` for which the SQL `asked` holds are handed to `holds`; those for which it is true become the
    engine’s table `name`, with the one column `value`, so that predicates can refer to them. One name is one predicate.
    """

    name: str
    table: str
    column: str
    asked: str
    holds: Callable[[str], bool] = field(compare=False)


@dataclass(frozen=True)
class Check:
    """One way in which data can be wrong, as one `SELECT` that returns the bad rows.

    Its columns: `_row` (number of the record in its table, from 1; NULL when no record can be pointed at), `key`
    (primary key, parts joined by `/`), and optionally `value`, `expected`, `field` (overrides `column`), `other_row`
    (a second record, told by its line) and any further names that `message` or `hint` use in braces.
    A check on the cells of one row alone has a `predicate`, true for bad rows of the engine’s table `t`. Predicates
    without `atoms` are judged while the table is loaded; the SELECT, which has every sound row, is narrowed to those that
    were found bad. Its value is the cell as it stands in the file.
    """

    rule: str
    severity: Severity
    table: str
    column: str | None
    sql: str
    message: str
    hint: str = ""
    predicate: str | None = None
    expected: tuple[str, ...] = ()
    looks_up: tuple[str, str] | None = None
    atoms: tuple[Atom, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A fault of the data. `line` is a physical line of `file` and `column` a character in it, both from 1.

    `excerpt` is the text of that line, where the file is small and plain text.
    """

    rule: str
    severity: Severity
    table: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    key: str | None = None
    field: str | None = None
    value: Any = None
    expected: Any = None
    hint: str = ""
    excerpt: str | None = None

    @property
    def fingerprint(self) -> str:
        """The same for the same fault wherever its row stands: 16 hexadecimal digits over rule, table and key."""
        return hashlib.sha256("\0".join((self.rule, self.table, self.key or "")).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Report:
    """The verdict on a package: exact counts, and the findings listed, in file order.

    `by_rule` counts findings that are not waived; `truncated` says, for each rule whose list was cut, how many more
    there are; `rows` gives the records read per table.
    """

    name: str
    version: str | None
    path: str
    engine: str
    errors: int
    warnings: int
    waived: int
    by_rule: dict[str, int]
    rows: dict[str, int]
    findings: tuple[Finding, ...]
    seconds: float
    truncated: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing of level error was found."""
        return self.errors == 0
