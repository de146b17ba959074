"""The last look at a release before it goes out: an independent reader judges it, and every form of a table is compared cell
by cell with its CSV file.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from provisions.engines import quote_identifier, quote_literal
from provisions.errors import PublishError
from provisions.publication.sqlite import CACHE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import duckdb

    from provisions.publication.assets import Asset
    from provisions.publication.contents import Content

Row = tuple[Any, ...]
# Characters of a cell for Python’s reader, bytes of a line for DuckDB’s: first as usual, then for very long texts.
_LONGEST_CELL = (1 << 31) - 1
_LONGEST_LINES = (1 << 21, 1 << 26)
_ROWS, _BATCH = 50_000, 2_000
_MAPPED = 1 << 31  # bytes of a database that are read as memory
_TOLD = 3
_SAID = 500  # characters of what a judge says instead of a verdict
JUDGED = 100_000  # rows of a table that the independent reader judges; all of them are compared in every form


@contextmanager
def judging(paths: Iterable[Path]) -> Iterator[None]:
    """Lets frictionless judge packages, given as a zip or a descriptor, in processes of their own while the block runs.

    Of each table it judges the first `JUDGED` rows. Raises `PublishError` at the end of the block with what it finds.
    """
    with ExitStack() as stack:
        judges = [(path, *_start_judge(path, stack)) for path in paths]
        yield
        for path, process, said in judges:
            process.wait()
            said.seek(0)
            _hear(path, said.read())


def _start_judge(path: Path, stack: ExitStack) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    said = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  it is entered
    process = subprocess.Popen(  # noqa: S603  a list of arguments, no shell
        [sys.executable, "-m", "frictionless", "validate", "--json", "--limit-rows", str(JUDGED), path.name],
        cwd=path.parent,
        env=os.environ | {"PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=subprocess.STDOUT,
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process, said


def _hear(path: Path, said: bytes) -> None:
    text = said.decode(errors="replace")
    try:
        report = json.loads(text[text.index("{") :])
        valid, found = report["valid"], [*report["errors"], *(e for task in report["tasks"] for e in task["errors"])]
    except (ValueError, KeyError, TypeError) as error:
        raise PublishError(f"{path.name}: frictionless gave no verdict: {text[-_SAID:].strip()}") from error
    if not valid:
        told = "; ".join(str(each.get("message")) for each in found[:_TOLD])
        raise PublishError(f"{path.name}: frictionless does not accept it ({len(found)} errors): {told}")


def check_zip(path: Path, assets: Iterable[Asset], packed: list[str]) -> None:
    """The zip has the files that were `packed`, in order, and each is the one of the release. Raises `PublishError`."""
    known = {asset.name: asset.sha256 for asset in assets}
    with zipfile.ZipFile(path) as archive:
        if archive.namelist() != sorted(packed):
            raise PublishError(f"{path.name}: has not the files that were packed.")
        for name in archive.namelist():
            digest = hashlib.sha256()
            with archive.open(name) as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
            if digest.hexdigest() != known[name]:
                raise PublishError(f"{path.name}: {name} in it is not the file that was packed.")


def check_parquet(folder: Path, contents: Iterable[Content]) -> None:
    """The Parquet files have the cells of the CSV files, in their order. Raises `PublishError`."""
    import duckdb

    with duckdb.connect() as engine:
        engine.execute("SET enable_progress_bar = false")
        for content in contents:
            _check_parquet(engine, folder, content)


def _check_parquet(engine: duckdb.DuckDBPyConnection, folder: Path, content: Content) -> None:
    import duckdb

    path = folder / f"{content.name}.parquet"
    typed = f"read_parquet({quote_literal(str(path))})"
    kinds = {name: kind for name, kind, *_ in engine.execute(f"DESCRIBE SELECT * FROM {typed}").fetchall()}
    if tuple(kinds) != content.table.names:
        raise PublishError(f"{path.name}: has other columns than {content.file}.")
    differ = [
        f"p.{quote_identifier(name)} IS DISTINCT FROM TRY_CAST(c.{quote_identifier(f'c{n}')} AS {kind})"
        for n, (name, kind) in enumerate(kinds.items())
    ]
    counted = ", ".join(f"COUNT(*) FILTER ({each})" for each in differ)
    columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(kinds)))
    for longest in _LONGEST_LINES:
        text = (
            f"read_csv({quote_literal(str(folder / content.file))}, auto_detect=false, header=true, delim=',', quote='\"', "
            f"escape='\"', hive_partitioning=false, max_line_size={longest}, buffer_size={4 * longest}, columns={{{columns}}})"
        )
        try:
            found = engine.execute(f"SELECT COUNT(*), {counted} FROM {text} c POSITIONAL JOIN {typed} p").fetchone()
            break
        except duckdb.InvalidInputException:
            if longest == _LONGEST_LINES[-1]:
                raise
    total, *wrong = found or (0, 1)
    if total != content.rows or any(wrong):
        raise PublishError(
            f"{path.name}: {total} rows, of {content.rows} in {content.file}, and {sum(wrong)} cells differ."
        )


def check_sqlite(path: Path, folder: Path, contents: Iterable[Content]) -> None:
    """The database is sound and has the cells of the CSV files, in their order. Raises `PublishError`."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(f"PRAGMA query_only = ON; PRAGMA cache_size = -{CACHE}; PRAGMA mmap_size = {_MAPPED}")
        (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise PublishError(f"{path.name}: SQLite finds it damaged ({verdict}).")
        if broken := database.execute("PRAGMA foreign_key_check").fetchone():
            raise PublishError(
                f"{path.name}: {broken[0]}, row {broken[1]}, refers to a row of {broken[2]} that is not there."
            )
        for content in contents:
            shown = ", ".join(_shown(content, name) for name in content.table.names)
            found = database.execute(f"SELECT {shown} FROM {quote_identifier(content.name)} ORDER BY rowid")
            batches = iter(lambda: found.fetchmany(_BATCH), [])  # noqa: B023  read before the next
            _compare(f"{path.name}, table {content.name}", folder, content, batches)


def check_stata(folder: Path, content: Content) -> None:
    """The Stata file has the cells of the CSV file, in its order. Raises `PublishError`."""
    import pandas as pd

    path = folder / f"{content.name}.dta"

    def batches() -> Iterator[list[Row]]:
        with pd.read_stata(path, chunksize=_ROWS, convert_categoricals=False) as chunks:
            for chunk in chunks:
                named = zip(content.table.names, chunk.columns, strict=True)  # Stata has other names for some
                columns = [_texts(chunk[given], content, name) for name, given in named]
                yield list(zip(*columns, strict=True))

    _compare(path.name, folder, content, batches())


def _texts(column: Any, content: Content, name: str) -> list[str]:
    """A column of a Stata file as the texts of its cells."""
    if column.dtype.kind == "M":
        return [str(text) for text in column.dt.strftime("%Y-%m-%d").fillna("")]
    if name in content.texts or column.dtype.kind not in "iuf":
        return [str(text) for text in column.tolist()]
    known = {0: "false", 1: "true"} if content.table.column(name).type == "boolean" else {}
    is_number = content.table.column(name).type == "number"
    return ["" if v != v else known.get(v, repr(float(v)) if is_number else str(int(v))) for v in column.tolist()]


def _shown(content: Content, name: str) -> str:
    quoted = quote_identifier(name)
    kind = "string" if name in content.texts else content.table.column(name).type
    if kind == "boolean":
        return f"CASE {quoted} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE '' END"
    return f"COALESCE({quoted}, '')" if kind == "string" else f"COALESCE(CAST({quoted} AS TEXT), '')"


def _compare(where: str, folder: Path, content: Content, batches: Iterable[list[Row]]) -> None:
    """Compares rows of texts with those of the CSV file. Raises `PublishError`."""
    with _read_csv(folder / content.file) as lines:
        header = next(lines, [])
        if tuple(header) != content.table.names:
            raise PublishError(f"{content.file}: its header is not that of its description.")
        expected = map(tuple, lines)
        count = 0
        for found in batches:
            wanted = list(islice(expected, len(found)))
            if wanted != found:
                _find_difference(where, content, count, wanted, found)
            count += len(found)
        if next(expected, None) is not None or count != content.rows:
            raise PublishError(f"{where}: has not as many rows as {content.file}.")


def _find_difference(where: str, content: Content, before: int, wanted: list[Row], found: list[Row]) -> None:
    """Raises `PublishError` at the first cell that is another value, not only another way to write it."""
    for number, (row, given) in enumerate(zip(wanted, found, strict=False), start=before + 1):
        for name, cell, other in zip(content.table.names, row, given, strict=True) if row != given else ():
            if cell != other and not _same(cell, other, content, name):
                raise PublishError(f"{where}: row {number}, {name}: {other[:80]!r} instead of {cell[:80]!r}.")
    if len(wanted) != len(found):
        raise PublishError(f"{where}: has not as many rows as {content.file}.")


def _same(cell: str, other: str, content: Content, name: str) -> bool:
    """Whether two texts are the same value of the type of the column."""
    kind = content.table.column(name).type
    if name in content.texts or not cell or not other or kind == "string":
        return False
    if kind == "boolean":
        return cell.lower() in {"true": ("true", "1"), "false": ("false", "0")}[other]
    return float(cell) == float(other) if kind == "number" else int(cell) == int(other)


@contextmanager
def _read_csv(path: Path) -> Iterator[Iterator[list[str]]]:
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield csv.reader(file, strict=True)
    finally:
        csv.field_size_limit(before)
