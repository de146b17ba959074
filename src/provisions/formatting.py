"""The tables of a package in their one canonical form, written all or none."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from provisions.canonical import Row, read_rows, write_rows
from provisions.errors import PackageError
from provisions.replacing import UNFINISHED, finish, is_unfinished, replace_files

if TYPE_CHECKING:
    from pathlib import Path

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
        data = _bytes(path)  # before its rows: what came in between is then seen when it is replaced
        read = read_rows(path, table, _FORGIVEN)
        rows = [Row({name: _tidy(cell, table, name) for name, cell in row.cells.items()}) for row in read]
        canonical, _ = write_rows(rows, table)
        if canonical.encode() != data:
            changed[path] = (data.decode(), canonical)
    return changed


def write_formatted(manifest: Manifest, changed: dict[Path, tuple[str, str]]) -> None:
    """Writes the canonical forms: all, or none. Raises `PackageError`."""
    names = {resource.path: resource.file for resource in manifest.resources}
    before = {names[path]: was.encode() for path, (was, _) in changed.items()}
    replace_files(manifest.root, before, {names[path]: now.encode() for path, (_, now) in changed.items()})


def settle(manifest: Manifest, *, dry_run: bool = False) -> None:
    """Ends what an earlier run decided to write and was stopped at. Raises `PackageError`, in a dry run for any such."""
    if dry_run and is_unfinished(manifest.root):
        raise PackageError(f"{manifest.shown}: {UNFINISHED}")
    finish(manifest.root, {file for resource in manifest.resources for file in resource.reading.files})


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackageError(f"{path}: cannot be read ({error.strerror or error}).") from error


def _tidy(cell: str, table: Table, name: str) -> str:
    if table.column(name).schema.get("x-verbatim"):
        return cell
    return unicodedata.normalize("NFC", cell).strip()
