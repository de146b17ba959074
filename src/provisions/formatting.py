"""The tables of a package in their one canonical form, written all or none."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.canonical import Row, read_rows, replace_files, write_rows
from provisions.errors import PackageError

if TYPE_CHECKING:
    from provisions.manifest import Manifest
    from provisions.model import Table


# Faults of a file that its canonical form has not, and that lose nothing.
_FORGIVEN = ("file/byte-order-mark", "file/blank-line")


def format_tables(manifest: Manifest) -> dict[Path, tuple[str, str]]:
    """By file, its text and the canonical form of it, for the files that are not in it.

    Columns are in the order of the schema, rows in that of their key; cells are trimmed and in Unicode’s NFC, except in
    columns whose schema says `x-verbatim`: their text is that of a source. Nothing else about a cell changes. Raises
    `PackageError` for a file that cannot be read without loss, or is not plain CSV in UTF-8.
    """
    changed = {}
    for resource in manifest.resources:
        if not resource.reading.plain or len(resource.reading.paths) != 1:
            raise PackageError(f"{resource.file}: is no plain CSV file in UTF-8 with commas, so it is left as it is.")
        path, table = resource.path, resource.table
        read = read_rows(path, table, _FORGIVEN)
        rows = [Row({name: _tidy(cell, table, name) for name, cell in row.cells.items()}) for row in read]
        text = path.read_bytes().decode()
        canonical, _ = write_rows(rows, table)
        if canonical != text:
            changed[path] = (text, canonical)
    return changed


def write_formatted(folder: Path, changed: dict[Path, tuple[str, str]]) -> None:
    """Writes the canonical forms: all, or none. Raises `PackageError`."""
    before = {path.name: text.encode() for path, (text, _) in changed.items()}
    try:
        with tempfile.TemporaryDirectory(prefix=".fmt-", dir=folder) as building:
            staged = Path(building) / "tables"
            staged.mkdir()
            for path, (_, text) in changed.items():
                (staged / path.name).write_bytes(text.encode())
            replace_files(folder, before, staged, Path(building))
    except OSError as error:
        raise PackageError(f"{folder}: cannot be written ({error.strerror or error}).") from error


def _tidy(cell: str, table: Table, name: str) -> str:
    if table.column(name).schema.get("x-verbatim"):
        return cell
    return unicodedata.normalize("NFC", cell).strip()
