"""CSV files of other data sets, read leniently in encoding and strictly in shape."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from provisions.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAX_BYTES = 512 * 1024**2


def read_table(path: Path, needed: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a CSV file in UTF-8 or Windows-1252, column names in lower case. Raises `PackageError`.

    `needed` are columns without which the file is not what it should be.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PackageError(f"{path}: larger than {MAX_BYTES:,} bytes.")
        data = path.read_bytes()
    except OSError as error:
        raise PackageError(f"{path}: cannot be read ({error.strerror or error}).") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        missing = sorted(set(needed) - set(header))
        if missing:
            raise PackageError(f"{path}:1: has no column {', '.join(missing)}; is it the right file?")
        rows = []
        for cells in reader:
            if cells and len(cells) != len(header):
                raise PackageError(f"{path}:{reader.line_num}: has {len(cells)} cells, the header {len(header)}.")
            if cells:
                rows.append({name: cell.strip() for name, cell in zip(header, cells, strict=True)})
    except csv.Error as error:
        raise PackageError(f"{path}:{reader.line_num}: {error}.") from error
    return rows
