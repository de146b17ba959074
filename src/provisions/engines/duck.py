"""The default engine: DuckDB in this process, in memory, closed to files once the tables are loaded."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisions.engines import HeldRow, Plan, Result, quote_identifier, quote_literal
from provisions.errors import EngineError, EngineMemoryError
from provisions.limits import beyond, limits
from provisions.running import on_stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import duckdb

    from provisions.engines import Part, T

# DuckDB’s reader takes a few buffers a thread, each by default sixteen times the longest that a record may be, in bytes.
MAX_LINE = 2 * 1024 * 1024
_BATCH = 1000  # rows handed over at a time
_READ = (
    "auto_detect=false, header=true, delim=',', quote='\"', escape='\"', nullstr='', strict_mode=true, "
    "hive_partitioning=false"
)


class DuckEngine:
    """One in-memory DuckDB database with our prelude, which spills to the system’s temporary folder.

    `memory_limit` (`"1GB"`) bounds what DuckDB holds; without one it is four fifths of the machine’s memory.
    `small` says that there is little to read: DuckDB then works each query with one thread, and takes two at a time, as
    planning them is what costs. Raises `EngineError` where DuckDB fails.
    """

    name = "duckdb"
    held: Mapping[str, str] = {}

    def __init__(self, memory_limit: str | None = None, *, small: bool = False) -> None:
        import duckdb

        self._failure, self._out_of_memory = duckdb.Error, duckdb.OutOfMemoryException
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(
            config={
                "python_enable_replacements": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self.workers = 2 if small else 1
        self._cursors = [self.connection, *(self.connection.cursor() for _ in range(self.workers - 1))]
        for cursor in self._cursors:
            cursor.execute("SET enable_progress_bar = false")
        self._every_cursor = tuple(self._cursors)
        on_stop(self._stop)
        try:
            self._spill = Path(tempfile.gettempdir()) / f"provisions-spill-{os.getpid()}-{id(self)}"
        except OSError as error:
            raise EngineError(f"No temporary folder can be written; set TMPDIR to one that can. ({error})") from error
        self.run(f"SET temp_directory = {quote_literal(str(self._spill))}")
        most = min(limits().spill_bytes, shutil.disk_usage(self._spill.parent).free * 9 // 10)
        self.run(f"SET max_temp_directory_size = '{most}B'")
        if small:
            self.run("SET threads = 1")
        if memory_limit:
            self.run(f"SET memory_limit = {quote_literal(memory_limit)}")
        folder = files("provisions.engines")
        self.run(folder.joinpath("duck.sql").read_text("utf-8"))
        failed = [row["failed_case"] for row in self.rows(folder.joinpath("selftest.sql").read_text("utf-8"))]
        if failed:
            raise EngineError(f"DuckDB does not give our SQL functions their meaning: {'; '.join(failed)}.")

    def load_csv(
        self,
        table: str,
        columns: Sequence[str],
        path: Path,
        plan: Plan,
        *,
        numbered: bool,
        texts: bool = False,
        longest: int = 0,
    ) -> int:
        read = _select_csv(columns, plan, numbered=numbered, texts=texts, longest=longest)
        ((count,),) = self._fetch(f"CREATE TABLE {quote_identifier(table)} AS {read}", [str(path)])[1]
        return int(count)

    def write_parquet(
        self, columns: Sequence[str], path: Path, to: Path, *, numbered: bool, texts: bool, longest: int
    ) -> int:
        """Writes what `load_csv` would load, all columns of it, into a Parquet file; returns its records."""
        read = _select_csv(columns, Plan(tuple(columns)), numbered=numbered, texts=texts, longest=longest)
        ((count,),) = self._fetch(f"COPY ({read}) TO {quote_literal(str(to))} (FORMAT parquet)", [str(path)])[1]
        return int(count)

    def write(self, sql: str, to: Path) -> None:
        """Writes the rows of a query into a Parquet file."""
        self._fetch(f"COPY ({sql}) TO {quote_literal(str(to))} (FORMAT parquet)")

    def gather(self, table: str, parts: Mapping[str, int], plan: Plan) -> None:
        _, _, *columns = plan.made
        begin = f"CREATE TABLE {quote_identifier(table)} AS"
        for part, before in parts.items():
            name = quote_identifier(part)
            self.run(f"{begin} SELECT {', '.join([f'_row + {before} AS _row', '_sound', *columns])} FROM {name}")
            self.run(f"DROP TABLE {name}")
            begin = f"INSERT INTO {quote_identifier(table)}"

    def load_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
        cells = ", ".join(f"r[{n}] AS {quote_identifier(name)}" for n, name in enumerate(columns, start=1))
        made = f"SELECT {cells} FROM (SELECT unnest(from_json(?, '[[\"VARCHAR\"]]')) AS r)"
        remaining = iter(rows)
        batch = list(islice(remaining, _BATCH))
        self._fetch(f"CREATE TABLE {quote_identifier(table)} AS {made}", [json.dumps(batch, ensure_ascii=False)])
        while batch := list(islice(remaining, _BATCH)):
            self._fetch(f"INSERT INTO {quote_identifier(table)} {made}", [json.dumps(batch, ensure_ascii=False)])

    def run(self, sql: str) -> None:
        self._fetch(sql)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        names, rows = self._fetch(sql)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def load_held(self, table: str, columns: Sequence[str], key: Sequence[str], plan: Plan) -> tuple[int, list[str]]:
        raise EngineError(f"{table}: {self.name} reads the files of the package.")

    def list_parts(self, table: str) -> list[Part]:
        return []

    def map_parts(self, parts: Sequence[Part], work: Callable[[str, Path, Path], T]) -> list[T]:
        raise EngineError(f"{self.name} reads the files of the package.")

    def load_parts(
        self,
        table: str,
        columns: Sequence[str],
        parts: Sequence[Part],
        counts: Sequence[int],
        plan: Plan,
    ) -> None:
        raise EngineError(f"{table}: {self.name} reads the files of the package.")

    def find_held(self, table: str, rows: Iterable[int]) -> dict[int, HeldRow]:
        return {}

    def save(self, sql: str, folder: str | Path, parts: Mapping[str, str]) -> None:
        raise EngineError(f"{folder}: is filled by Spark alone; use --engine spark, or raise --limit.")

    def relation(self, sql: str) -> duckdb.DuckDBPyRelation:
        """A lazy relation over one query, for `.df()`, `.pl()`, `.arrow()` and `.fetchall()`."""
        try:
            return self.connection.sql(sql)
        except self._failure as error:
            raise EngineError(f"DuckDB: {error}") from error

    def stream(self, sql: str) -> Result:
        """The result of one query, read as it is asked for."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql)
        except self._failure as error:
            raise EngineError(f"DuckDB: {error}") from error
        columns = cursor.description or ()
        batches = iter(lambda: cursor.fetchmany(_BATCH), [])
        return Result(tuple(column[0] for column in columns), tuple(str(column[1]) for column in columns), batches)

    def interrupt(self) -> None:
        if self.workers == 1:
            self.connection.interrupt()

    def _stop(self) -> None:
        with contextlib.suppress(self._failure):  # it may be closed by now
            for cursor in self._every_cursor:
                cursor.interrupt()

    def seal(self) -> None:
        self._fetch("SET enable_external_access = false; SET lock_configuration = true")

    def close(self) -> None:
        self.connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def _fetch(self, sql: str, parameters: list[str] | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Names and rows of a query, or of the last of several statements, on a connection that is free."""
        cursor = self._cursors.pop()
        try:
            cursor.execute(sql, parameters)
            return [column[0] for column in cursor.description or ()], cursor.fetchall()
        except self._out_of_memory as error:
            told = str(error).split("\n")[0]
            mend = beyond("spill-bytes") if "offload" in told else "raise --memory-limit"
            raise EngineMemoryError(f"DuckDB is out of memory ({mend}). {told}") from error
        except self._failure as error:
            raise EngineError(f"DuckDB: {error}") from error
        except RuntimeError as error:  # how DuckDB passes on Ctrl-C
            raise KeyboardInterrupt from error
        finally:
            self._cursors.append(cursor)


def _select_csv(columns: Sequence[str], plan: Plan, *, numbered: bool, texts: bool, longest: int) -> str:
    """The query that reads a CSV file, whose path is its one parameter, as `Engine.load_csv` says."""
    types = {"_row": "BIGINT", "_sound": "BOOLEAN"} if numbered else {}
    types |= dict.fromkeys(columns, "VARCHAR")
    struct = ", ".join(f"{quote_literal(name)}: {quote_literal(kind)}" for name, kind in types.items())
    nulls = "allow_quoted_nulls=false, " if texts else ""
    line = max(MAX_LINE, longest)
    made = plan.columns("_row", "_sound") if numbered else plan.columns("row_number() OVER ()", "TRUE")
    return f"SELECT {made} FROM read_csv(?, {_READ}, {nulls}max_line_size={line}, buffer_size={4 * line}, columns={{{struct}}}) t"
