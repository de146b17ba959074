"""Tables of text cells ⇄ CSV in the one form in which this project keeps them; and a set of files, written all or none.

The canonical form: UTF-8, LF, columns in the order of the schema, rows in the order of their key, quotes only where a cell
holds a comma, a quote or a line break. Knows nothing of what the cells mean.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from provisions.csvfile import Fault, decode, read
from provisions.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from provisions.model import Table

# What is being put in place, file by file; if that was cut short, `finish` does the rest.
_COMMITTED = ".adding"


@dataclass(frozen=True)
class Place:
    """Where something was written: a file as its reader named it, a line and a character, both from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Row:
    """A row as text cells, all columns; `place` and `places` (by column) say where it was written, if not in the CSV."""

    cells: dict[str, str]
    place: Place | None = None
    places: dict[str, Place] = field(default_factory=dict)


def read_rows(path: Path, table: Table) -> list[Row]:
    """The rows of a CSV file. Raises `PackageError` for what cannot be read without loss, with its place."""
    try:
        text, faults = decode(path.read_bytes())
    except OSError as error:
        raise PackageError(f"{path}: cannot be read ({error.strerror or error}).") from error
    rows = []
    header = None
    for item in read(text):
        if isinstance(item, Fault):
            faults.append(item)
        elif header is None:
            header = item.cells
        elif len(item.cells) == len(header):
            rows.append(Row(dict(zip(header, item.cells, strict=True))))
        else:
            message = f"the row has {len(item.cells)} cells, the header {len(header)}"
            raise PackageError(f"{path}:{item.line}: {message}. Mend it first; `provisions validate` says how.")
    if faults:
        raise PackageError(
            f"{path}:{faults[0].line}:{faults[0].column}: {faults[0].message} {faults[0].hint} Mend it first."
        )
    if header is None or sorted(header) != sorted(table.names):
        raise PackageError(f"{path}:1: the header must be {','.join(table.names)}. Mend it first.")
    return rows


def write_rows(rows: Iterable[Row], table: Table) -> tuple[str, list[Row], list[int]]:
    """Rows as canonical CSV: the text, the rows in its order, and the line on which each begins."""
    ordered = sorted(rows, key=lambda row: [_order(row.cells[name], table, name) for name in table.primary_key])
    records = [",".join(table.names), *(_record(row, table) for row in ordered)]
    starts, line = [], 1
    for record in records:
        starts.append(line)
        line += record.count("\n") + 1
    return "\n".join(records) + "\n", ordered, starts[1:]


def replace_files(folder: Path, texts: Mapping[str, str], staged: Path) -> None:
    """Puts the files that lie in `staged`, a folder inside `folder`, in the place of those of the same name: all or none.

    One rename of the folder is the decision; if the machine stops after it, `finish` does the rest. Where a file cannot
    be put in place, those before it are put back. Raises `PackageError`.
    """
    before = {name: (folder / name).read_bytes() for name in texts if (folder / name).exists()}
    committed = folder / _COMMITTED
    try:
        for name in texts:
            _sync(staged / name)
        _sync(staged)
        staged.rename(committed)
        _sync(folder)
        finish(folder)
    except OSError as error:
        shutil.rmtree(committed, ignore_errors=True)
        for name in texts:
            with contextlib.suppress(OSError):
                if name in before and (folder / name).read_bytes() != before[name]:
                    (folder / name).write_bytes(before[name])
                elif name not in before:
                    (folder / name).unlink(missing_ok=True)
        raise PackageError(
            f"{folder}: nothing was changed; it cannot be written ({error.strerror or error})."
        ) from error


def finish(folder: Path) -> None:
    """Puts in place what an earlier run decided to, but was stopped before it had. Raises `OSError`."""
    committed = folder / _COMMITTED
    if committed.is_dir() and not committed.is_symlink():
        for path in sorted(committed.iterdir()):
            path.replace(folder / path.name)
        committed.rmdir()
        _sync(folder)


def _order(cell: str, table: Table, name: str) -> tuple[int, int, str]:
    if table.column(name).type == "integer" and cell.isascii() and cell.isdigit():
        return (0, int(cell[:4000]), "")
    return (1, 0, cell)


def _record(row: Row, table: Table) -> str:
    return ",".join(_quote(row.cells[name]) for name in table.names)


def _quote(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(char in cell for char in ',"\r\n') else cell


def _sync(path: Path) -> None:
    """Makes sure that a file, or the names in a folder, are on the disk, where the system can."""
    with contextlib.suppress(PermissionError):  # Windows opens no folder
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
