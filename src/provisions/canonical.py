"""Tables of text cells ⇄ CSV in the one form in which this project keeps them.

The canonical form: UTF-8, LF, columns in the order of the schema, rows in the order of their key, quotes only where a cell
holds a comma, a quote or a line break. Knows nothing of what the cells mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from provisions.csvfile import Fault, decode, read
from provisions.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from provisions.model import Table


@dataclass(frozen=True)
class Place:
    """Where something was written: a file as its reader named it, a line and a character, both from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Row:
    """A row as text cells, all columns, and where it was written.

    In a CSV file: `starts`, the line and character of each cell, in the order of the columns. Elsewhere: `place`, and
    `places` by column.
    """

    cells: dict[str, str]
    place: Place | None = None
    places: dict[str, Place] = field(default_factory=dict)
    starts: Sequence[tuple[int, int]] = ()


def read_rows(path: Path, table: Table, forgiven: Sequence[str] = ()) -> list[Row]:
    """The rows of a CSV file. Raises `PackageError` for what cannot be read without loss, with its place.

    `forgiven` are faults of the file that lose nothing.
    """
    try:
        text, faults = decode(path.read_bytes())
    except OSError as error:
        raise PackageError(f"{path}: cannot be read ({error.strerror or error}).") from error
    rows = []
    header: list[str] | None = None
    order: list[int] = []
    for item in read(text):
        if isinstance(item, Fault):
            faults.append(item)
        elif header is None:
            header = item.cells
            if sorted(header) != sorted(table.names):
                break
            order = [header.index(name) for name in table.names]
        elif len(item.cells) == len(header):
            cells = {name: item.cells[number] for name, number in zip(table.names, order, strict=True)}
            rows.append(Row(cells, starts=[item.starts[number] for number in order]))
        else:
            message = f"the row has {len(item.cells)} cells, the header {len(header)}"
            raise PackageError(f"{path}:{item.line}: {message}. Mend it first; `provisions validate` says how.")
    faults = [fault for fault in faults if fault.rule not in forgiven]
    if faults:
        raise PackageError(
            f"{path}:{faults[0].line}:{faults[0].column}: {faults[0].message} {faults[0].hint} Mend it first."
        )
    if header is None or not order:
        raise PackageError(f"{path}:1: the header must be {','.join(table.names)}. Mend it first.")
    return rows


def write_rows(rows: Iterable[Row], table: Table) -> tuple[str, list[Row]]:
    """Rows as canonical CSV: the text, and the rows in its order."""
    ordered = sorted(rows, key=lambda row: [_order(row.cells[name], table, name) for name in table.primary_key])
    return "\n".join([",".join(table.names), *(_record(row, table) for row in ordered)]) + "\n", ordered


def _order(cell: str, table: Table, name: str) -> tuple[int, int, str]:
    if table.column(name).type == "integer" and cell.isascii() and cell.isdigit():
        return (0, int(cell[:4000]), "")
    return (1, 0, cell)


def _record(row: Row, table: Table) -> str:
    return ",".join(_quote(row.cells[name]) for name in table.names)


def _quote(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(char in cell for char in ',"\r\n') else cell
