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
    from collections.abc import Iterable, Mapping, Sequence
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


def replace_files(folder: Path, before: Mapping[str, bytes], staged: Path, building: Path) -> None:
    """Puts the files that lie in the folder `staged` in the place of those of the same name in `folder`: all or none.

    `before` is what every file held when it was read; `building`, inside `folder`, has room for copies of them. One
    rename of `staged` is the decision: if the machine stops after it, `finish` does the rest; if it stops before, nothing
    was changed. Where a file cannot be put in place, those before it are put back. Raises `PackageError`.
    """
    names = sorted(path.name for path in staged.iterdir())
    saved = building / "before"
    committed = folder / _COMMITTED
    decided = False
    try:
        saved.mkdir()
        for name in names:
            (saved / name).write_bytes(before[name])
            _sync(staged / name)
        _sync(staged)
        staged.rename(committed)
        decided = True
        _sync(folder)
        if any((folder / name).read_bytes() != data for name, data in before.items()):
            shutil.rmtree(committed)
            raise PackageError(f"{folder}: was changed by someone else meanwhile; nothing was written. Add again.")
        finish(folder)
    except OSError as error:
        if decided:
            shutil.rmtree(committed, ignore_errors=True)
            for name in names:
                if (folder / name).read_bytes() != before[name]:
                    (saved / name).replace(folder / name)
        raise PackageError(
            f"{folder}: nothing was changed; it cannot be written ({error.strerror or error})."
        ) from error


def is_unfinished(folder: Path) -> bool:
    """Whether an earlier run was stopped while it put files in place, so that some are new and some old."""
    return (folder / _COMMITTED).is_dir()


def finish(folder: Path) -> None:
    """Puts in place what an earlier run decided to, but was stopped before it had. Raises `OSError` or `PackageError`."""
    committed = folder / _COMMITTED
    if committed.is_symlink() or not committed.is_dir():
        return
    paths = sorted(committed.iterdir())
    if strange := [path.name for path in paths if path.suffix != ".csv" or path.is_symlink() or path.is_dir()]:
        raise PackageError(f"{committed}: holds {strange[0]!r}, which `provisions add` did not put there. Look at it.")
    with contextlib.suppress(FileNotFoundError):  # another run finishes it at this moment
        for path in paths:
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
