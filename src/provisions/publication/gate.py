"""The last look at a release before it goes out: an independent reader judges it, and every form of a table is compared cell
by cell with its CSV file.
"""

from __future__ import annotations

import csv
import hashlib
import sqlite3
import zipfile
from contextlib import closing, contextmanager
from functools import partial
from itertools import islice
from math import isnan
from typing import TYPE_CHECKING, Any, TypeVar

from provisions.engines import quote_identifier, quote_literal
from provisions.errors import EngineError, PublishError
from provisions.publication.parquet import parquet_of
from provisions.publication.sqlite import CACHE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import duckdb

    from provisions.publication.assets import Asset
    from provisions.publication.contents import Content

Row = tuple[Any, ...]
T = TypeVar("T")
# Characters of a cell for Python’s reader, bytes of a line for DuckDB’s: first as usual, then for very long texts.
_LONGEST_CELL = (1 << 31) - 1
_LONGEST_LINES = (1 << 21, 1 << 26)
_ROWS, _BATCH = 50_000, 2_000
# By type, what of a cell of the database, and of one of the CSV file, is the same in JSON.
_JSON_SQLITE = {"string": "NULLIF({}, '')"}
_JSON_CSV = {
    "integer": "TRY_CAST({} AS BIGINT)",
    "boolean": "CASE WHEN lower({0}) IN ('true', '1') THEN 1 WHEN {0} IS NOT NULL THEN 0 END",
}
_ARGUMENTS = 100
_MAPPED = 1 << 31  # bytes of a database that are read as memory
_TOLD = 3
_JUDGED = 300_000  # rows that the independent reader judges; all of them are compared in every form


def share_judged(rows: Iterable[int]) -> int:
    """How many rows of each table frictionless is to judge, so that they are `_JUDGED` at most in all, by the rows of each."""
    left, sizes = _JUDGED, sorted(rows)
    for number, size in enumerate(sizes):
        share = left // (len(sizes) - number)
        if size > share:
            return share
        left -= size
    return _JUDGED


def judge(path: Path, rows: int, large: frozenset[str]) -> None:
    """Lets frictionless judge a package, a zip or a descriptor, by the first so many rows of each table.

    It looks up references in all rows of the table that they lead to; those from or to a `large` one, with more rows than
    that, are left to `check_constraints`. Raises `PublishError` with what it finds.
    """
    import frictionless

    try:
        package = frictionless.Package(str(path))
        for resource in package.resources:
            resource.schema.foreign_keys = [
                key
                for key in resource.schema.foreign_keys
                if not large & {resource.name, key["reference"]["resource"] or resource.name}
            ]
        report = package.validate(limit_rows=rows)
    except frictionless.FrictionlessException as error:
        raise PublishError(f"{path.name}: frictionless gave no verdict: {error}") from error
    if not report.valid:
        found = [*report.errors, *(each for task in report.tasks for each in task.errors)]
        told = "; ".join(each.message for each in found[:_TOLD])
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
    with _open_engine() as engine:
        for content in contents:
            _check_parquet(engine, folder, content)


def _check_parquet(engine: duckdb.DuckDBPyConnection, folder: Path, content: Content) -> None:
    path = folder / f"{content.name}.parquet"
    typed = parquet_of(folder, content)
    kinds = {name: kind for name, kind, *_ in engine.execute(f"DESCRIBE SELECT * FROM {typed}").fetchall()}
    if tuple(kinds) != content.table.names:
        raise PublishError(f"{path.name}: has other columns than {content.file}.")
    counted = ", ".join(
        f"COUNT(*) FILTER (p.{quote_identifier(name)} IS DISTINCT FROM {_read_as(kind, f'c.c{n}')})"
        for n, (name, kind) in enumerate(kinds.items())
    )

    def count(lines: str) -> tuple[int, ...]:
        return engine.execute(f"SELECT COUNT(*), {counted} FROM {lines} c POSITIONAL JOIN {typed} p").fetchone() or ()

    total, *wrong = _over_csv(folder, content, count)
    if total != content.rows or any(wrong):
        raise PublishError(
            f"{path.name}: {total} rows, of {content.rows} in {content.file}, and {sum(wrong)} cells differ."
        )


def _read_as(kind: str, cell: str) -> str:
    """A text cell as a value of a type of DuckDB, where `NaN` is no number."""
    value = f"TRY_CAST({cell} AS {kind})"
    return f"NULLIF({value}, CAST('NaN' AS DOUBLE))" if kind == "DOUBLE" else value


@contextmanager
def _open_engine() -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    try:
        with duckdb.connect() as engine:
            engine.execute("SET enable_progress_bar = false")
            yield engine
    except duckdb.Error as error:
        raise EngineError(f"DuckDB: {error}") from error


def _over_csv(folder: Path, content: Content, ask: Callable[[str], T]) -> T:
    """What `ask` gives for what follows `FROM` in a query over the CSV file: columns `c0`, `c1` … of texts, NULL where empty."""
    import duckdb

    columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(content.table.names)))
    usual, long = (
        f"read_csv({quote_literal(str(folder / content.file))}, auto_detect=false, header=true, delim=',', quote='\"', "
        f"escape='\"', hive_partitioning=false, max_line_size={longest}, buffer_size={4 * longest}, columns={{{columns}}})"
        for longest in _LONGEST_LINES
    )
    try:
        return ask(usual)
    except duckdb.InvalidInputException:
        return ask(long)


def check_constraints(path: Path) -> None:
    """The database is sound, and all keys, checks and references hold. Raises `PublishError`."""
    with _open_database(path) as database:
        (verdict,) = database.execute("PRAGMA integrity_check").fetchone()  # keys and checks are part of it
        if verdict != "ok":
            raise PublishError(f"{path.name}: SQLite does not accept it: {verdict}.")
        if broken := database.execute("PRAGMA foreign_key_check").fetchone():
            raise PublishError(
                f"{path.name}: {broken[0]}, row {broken[1]}, refers to a row of {broken[2]} that is not there."
            )


def check_sqlite(path: Path, folder: Path, contents: Iterable[Content]) -> None:
    """The database has the cells of the CSV files, in their order. Raises `PublishError`."""
    with _open_database(path) as database, _open_engine() as engine:
        for content in contents:
            _check_header(folder, content)
            if _are_same(database, engine, folder, content):
                continue
            kinds = [_kind(content, name) for name in content.table.names]
            names = ", ".join(map(quote_identifier, content.table.names))
            found = database.execute(f"SELECT {names} FROM {quote_identifier(content.name)} ORDER BY rowid")
            batches = (
                [tuple(map(_say, row, kinds)) for row in batch] for batch in iter(partial(found.fetchmany, _BATCH), [])
            )
            _compare(f"{path.name}, table {content.name}", folder, content, batches)


@contextmanager
def _open_database(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(f"PRAGMA query_only = ON; PRAGMA cache_size = -{CACHE}; PRAGMA mmap_size = {_MAPPED}")
        yield database


def _are_same(database: sqlite3.Connection, engine: duckdb.DuckDBPyConnection, folder: Path, content: Content) -> bool:
    """Whether both write every row as the same JSON, which is quick to ask; where not, it may still be the same otherwise written."""
    kinds = [_kind(content, name) for name in content.table.names]
    if "number" in kinds:
        return False
    there = [
        _JSON_SQLITE.get(kind, "{}").format(quote_identifier(n))
        for n, kind in zip(content.table.names, kinds, strict=True)
    ]
    here = [_JSON_CSV.get(kind, "{}").format(f"c{n}") for n, kind in enumerate(kinds)]

    def compare(lines: str) -> bool:
        found = database.execute(f"SELECT {_as_json(there)} FROM {quote_identifier(content.name)} ORDER BY rowid")
        wanted = engine.execute(f"SELECT {_as_json(here)} FROM {lines}")
        count = 0
        while batch := found.fetchmany(_BATCH):
            if wanted.fetchmany(_BATCH) != batch:
                return False
            count += len(batch)
        return wanted.fetchone() is None and count == content.rows

    return _over_csv(folder, content, compare)


def _as_json(cells: list[str]) -> str:
    """Cells as arrays of so many as a function of SQLite takes."""
    few = (cells[start : start + _ARGUMENTS] for start in range(0, len(cells), _ARGUMENTS))
    return ", ".join(f"json_array({', '.join(each)})" for each in few)


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
        days: list[str] = column.to_numpy("datetime64[D]").astype(str).tolist()
        return ["" if day == "NaT" else day for day in days]
    values: list[Any] = column.tolist()
    if name in content.texts or column.dtype.kind not in "iuf":
        return values
    known = {0: "false", 1: "true"} if content.table.column(name).type == "boolean" else {}
    is_number = content.table.column(name).type == "number"
    return ["" if v != v else known.get(v, repr(float(v)) if is_number else str(int(v))) for v in values]


def _kind(content: Content, name: str) -> str:
    return "string" if name in content.texts else content.table.column(name).type


def _say(value: Any, kind: str) -> str:
    """A value of the database as the text of a cell."""
    if value is None:
        return ""
    if kind == "boolean":
        return "true" if value else "false"
    return repr(value) if kind == "number" else str(value)


def _compare(where: str, folder: Path, content: Content, batches: Iterable[list[Row]]) -> None:
    """Compares rows of texts with those of the CSV file. Raises `PublishError`."""
    _check_header(folder, content)
    with _read_csv(folder / content.file) as lines:
        next(lines)
        expected = map(tuple, lines)
        count = 0
        for found in batches:
            wanted = list(islice(expected, len(found)))
            if wanted != found:
                _find_difference(where, content, count, wanted, found)
            count += len(found)
        if next(expected, None) is not None or count != content.rows:
            raise PublishError(f"{where}: has not as many rows as {content.file}.")


def _check_header(folder: Path, content: Content) -> None:
    with _read_csv(folder / content.file) as lines:
        if tuple(next(lines, [])) != content.table.names:
            raise PublishError(f"{content.file}: its header is not that of its description.")


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
    kind = _kind(content, name)
    if kind == "number" and not other:
        return isnan(float(cell))
    if not cell or not other or kind == "string":
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
