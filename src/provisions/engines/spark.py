"""The engine for what outgrows one machine: Apache Spark, on this machine or on a cluster. The same SQL, the same findings.

CSV is read once, by DuckDB on this machine, into Parquet with `_row`; Spark sees Parquet alone. So a record has the number
that it has on one machine, however Spark parts the work, and no dialect of CSV is Spark’s to guess. What is in Parquet
already, on any file system that Spark reads, Spark reads itself; there the number of a row is made of its file and its
place in it.
"""

from __future__ import annotations

import bisect
import contextlib
import itertools
import os
import re
import shutil
import sys
import tempfile
import threading
import uuid
import warnings
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisions.engines import HeldRow, quote_identifier
from provisions.engines.duck import DuckEngine
from provisions.errors import EngineError
from provisions.running import on_stop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from provisions.engines import Plan

# What a session that we begin gets, where the user’s `spark-defaults.conf` does not matter: quiet, and no page of its own.
_BEGUN = {
    "spark.app.name": "provisions",
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Java matches alternatives by recursion: long cells need a deep stack.
    "spark.driver.extraJavaOptions": "-Xss64m",
    "spark.executor.extraJavaOptions": "-Xss64m",
}
# What our SQL means rests on these. They hold in a session of our own, beside the user’s.
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.variable.substitute": "false",  # a text with ${…} stays as it is
    "spark.sql.cteRecursionLevelLimit": "-1",  # our queries bound their steps themselves
    "spark.sql.cteRecursionRowLimit": "-1",
    "spark.sql.runSQLOnFiles": "false",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # 007 in the name of a folder stays so
}
_TOKEN = re.compile(r"--[^\n]*|'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\"")
_MADE = re.compile(r'\s*CREATE (VIEW|TABLE) ("(?:[^"]|"")+"|\w+) AS\s', re.IGNORECASE)
_DROPPED = re.compile(r'\s*DROP TABLE (?:IF EXISTS )?("(?:[^"]|"")+"|\w+)\s*', re.IGNORECASE)
# A view that many rules ask for is computed once.
_COSTLY = re.compile(r"\b(?:JOIN|GROUP BY|DISTINCT)\b")
# With little to read, planning and compiling a query costs more than running it.
_SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
# Columns beside those of a held table, and the types that are written as a cell the way Spark writes them.
_FILE, _NUMBER = "_file", "_number"
_PLAIN = ("string", "boolean", "byte", "short", "integer", "long", "decimal", "float", "double", "date", "void")
_NUMBERS = ("_row", "other_row")
_SHARED = ("local", "local[", "local-cluster[")


class SparkEngine:
    """A Spark session with our prelude, and a folder of Parquet that its executors read.

    `session` is one of the user’s, or the master of one to begin: `local[2]`, `local-cluster[2,1,1024]`,
    `spark://host:7077`, `yarn`, `sc://host`. `stage` is a folder that this machine and all executors see under the same
    path; it is needed wherever they are not on this machine. `held` are tables that Spark reads by itself, by name: a path of
    Parquet, with any scheme that Spark knows, or a table of its catalogue. Raises `EngineError` where Spark or Java is missing or fails.
    """

    name = "spark"

    def __init__(
        self,
        session: SparkSession | str = "local[*]",
        memory_limit: str | None = None,
        *,
        stage: Path | None = None,
        small: bool = False,
        held: Mapping[str, str] | None = None,
    ) -> None:
        self.held: Mapping[str, str] = held or {}
        self._parts: dict[str, list[tuple[int, str]]] = {}  # by held table, the files and the rows before each
        self._failures = _failures()
        self._begun = isinstance(session, str)
        self.workers = 4 if small else 2
        if isinstance(session, str):
            _check_shared(session, stage)
        self._reader = DuckEngine(memory_limit, small=small)
        self._reading = threading.Lock()
        self._numbers = itertools.count()
        self._kept: dict[str, DataFrame] = {}
        self._tag = f"provisions-{uuid.uuid4().hex}"
        self._stage = Path(tempfile.mkdtemp(prefix="provisions-spark-", dir=stage)).absolute()
        self._own: SparkSession | None = None
        try:
            self._own = begin_session(session) if isinstance(session, str) else session
            with self._asking():
                self.session = self._own.newSession()
                for name, value in (_SETTINGS | (_SMALL if small else {})).items():
                    self.session.conf.set(name, value)
            self._define()
        except BaseException:
            self.close()
            raise
        on_stop(self._stop)

    def _define(self) -> None:
        """Makes the functions of our prelude, and asks whether they mean what they must."""
        folder = files("provisions.engines")
        for statement in folder.joinpath("spark.sql").read_text("utf-8").split(";\n"):
            if statement.strip():
                self._sql(statement)
        failed = [row["failed_case"] for row in self.rows(folder.joinpath("selftest.sql").read_text("utf-8"))]
        if failed:
            raise EngineError(f"Spark does not give our SQL functions their meaning: {'; '.join(failed)}.")

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
        staged = self._new_file()
        with self._reading:
            count = self._reader.write_parquet(columns, path, staged, numbered=numbered, texts=texts, longest=longest)
        name = quote_identifier(f"{table}_read")
        self._view(
            name, self._read(staged, ["_row BIGINT", "_sound BOOLEAN", *(f"{_as_name(c)} STRING" for c in columns)])
        )
        self._keep(quote_identifier(table), f"SELECT {plan.columns('_row', '_sound')} FROM {name} t")
        return count

    def load_held(self, table: str, columns: Sequence[str], key: Sequence[str], plan: Plan) -> tuple[int, list[str]]:
        name, parts = quote_identifier(f"_cells_{table}_read"), f"_parts_{table}"
        with self._asking():
            frame = self._number(table, key)
            counted = sorted((row[_FILE], row["count"]) for row in frame.groupBy(_FILE).count().collect())
            present = {field.name: field.dataType.typeName() for field in frame.schema.fields}
        before = itertools.accumulate((count for _, count in counted), initial=0)
        self._parts[table] = [(first, file) for first, (file, _) in zip(before, counted, strict=False)]
        self.load_rows(parts, [_FILE, "first"], ((file, str(first)) for first, file in self._parts[table]))
        self._view(quote_identifier(f"{table}_held"), frame)
        cells = (
            f"{_as_text(table, c, present[c]) if c in present else 'NULL'} AS {quote_identifier(c)}" for c in columns
        )
        read = self._sql(
            f"SELECT /*+ BROADCAST(p) */ CAST(p.first AS BIGINT) + t.{_NUMBER} AS _row, TRUE AS _sound, {', '.join(cells)} "
            f"FROM {quote_identifier(f'{table}_held')} t JOIN {quote_identifier(parts)} p ON p.{_FILE} = t.{_FILE}"
        )
        self._view(name, read)
        self._keep(quote_identifier(f"_cells_{table}"), f"SELECT {plan.columns('_row', '_sound')} FROM {name} t")
        return sum(count for _, count in counted), [c for c in present if c not in (_FILE, _NUMBER)]

    def find_held(self, table: str, rows: Iterable[int]) -> dict[int, HeldRow]:
        wanted = ", ".join(str(row) for row in sorted(rows)) or "0"
        found = {}
        for cells in self.rows(f"SELECT * FROM {quote_identifier(f'_cells_{table}_read')} WHERE _row IN ({wanted})"):
            row = cells.pop("_row")
            del cells["_sound"]
            first, file = self._parts[table][bisect.bisect_left(self._parts[table], (row, "")) - 1]
            found[row] = HeldRow(file, row - first, cells)
        return found

    def _number(self, table: str, key: Sequence[str]) -> DataFrame:
        """A held table with the file of each row and its number there. What is in no Parquet files is staged as such, in
        the order of its key, as without an order no number would stay that of its row.
        """
        from pyspark.errors import AnalysisException
        from pyspark.sql import functions

        numbers = [
            functions.col("_metadata.file_path").alias(_FILE),
            (functions.col("_metadata.row_index") + 1).alias(_NUMBER),
        ]
        place = self.held[table]
        frame = self.session.read.parquet(place) if "/" in place else self.session.table(place)
        try:
            numbered = frame.select("*", *numbers)
            numbered.schema  # noqa: B018  asks Spark whether it can
        except AnalysisException:
            staged = self._new_file().as_uri()
            frame.sort(*([_as_name(name) for name in key] or frame.columns)).write.parquet(staged)
            numbered = self.session.read.parquet(staged).select("*", *numbers)
        return numbered

    def load_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
        staged, name = self._new_file(), quote_identifier(table)
        with self._reading:
            self._reader.load_rows(table, columns, rows)
            self._reader.write_table(table, staged)
        self._view(name, self._read(staged, [f"{_as_name(column)} STRING" for column in columns]))

    def run(self, sql: str) -> None:
        if dropped := _DROPPED.fullmatch(sql):
            self._drop(dropped[1])
            return
        made = _MADE.match(sql)
        if made is None:
            raise EngineError(f"Spark is asked for what it is not made to do: {sql[:80]}")
        query = sql[made.end() :]
        if made[1].upper() == "TABLE" or _COSTLY.search(query):
            self._keep(made[2], query)
        else:
            self._view(made[2], self._sql(query))

    def rows(self, sql: str) -> list[dict[str, Any]]:
        frame = self._sql(sql)
        with self._asking():
            names = frame.columns
            return [dict(zip(names, row, strict=True)) for row in frame.collect()]

    def save(self, sql: str, folder: str | Path, parts: Mapping[str, str]) -> None:
        from pyspark.sql import functions

        frame = self._sql(sql)
        with self._asking():
            if parts:
                cells = {name: functions.col(_as_name(name)) for name in frame.columns}
                texts = [cell if name in _NUMBERS else cell.cast("string").alias(name) for name, cell in cells.items()]
                frame = frame.select(*texts, *(functions.lit(value).alias(name) for name, value in parts.items()))
            target = str(folder) if "://" in str(folder) else Path(folder).absolute().as_uri()
            frame.write.mode("append").partitionBy(*parts).parquet(target)

    def interrupt(self) -> None:
        """Several queries may be under way, so none is ended."""

    def seal(self) -> None:
        """Spark reads the staged Parquet to the end; that SQL names no file is a setting from the beginning."""

    def close(self) -> None:
        self._reader.close()
        with contextlib.suppress(*self._failures):  # it may be gone by now
            for frame in self._kept.values():
                frame.unpersist()
            if self._begun and self._own is not None:
                self._own.stop()
        shutil.rmtree(self._stage, ignore_errors=True)

    def _stop(self) -> None:
        with contextlib.suppress(*self._failures):  # it may be gone by now
            self.session.interruptTag(self._tag)

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """Within it, what Spark raises becomes an `EngineError`."""
        try:
            yield
        except self._failures as error:
            raise EngineError(f"Spark: {_first_lines(error)}") from error

    def _new_file(self) -> Path:
        return self._stage / f"{next(self._numbers)}.parquet"

    def _read(self, path: Path, columns: Sequence[str]) -> DataFrame:
        with self._asking():
            return self.session.read.schema(", ".join(columns)).parquet(path.as_uri())

    def _sql(self, sql: str) -> DataFrame:
        with self._asking():
            self.session.addTag(self._tag)
            return self.session.sql(as_spark(sql))

    def _view(self, name: str, frame: DataFrame) -> None:
        with self._asking():
            frame.createOrReplaceTempView(as_spark(name))

    def _keep(self, name: str, query: str) -> None:
        """Makes a view whose rows are computed when first asked for, and kept; what dies with an executor is computed again."""
        frame = self._sql(query)
        with self._asking():
            self._kept[name] = frame.persist()
        self._view(name, frame)

    def _drop(self, name: str) -> None:
        if name in self._kept:
            with self._asking():
                self._kept.pop(name).unpersist()
                self.session.catalog.dropTempView(as_spark(name))


def begin_session(master: str) -> SparkSession:
    """A Spark session at that master. Raises `EngineError` where Java is missing or nothing answers."""
    session = _import_session()
    failures: tuple[type[Exception], ...] = (*_failures(), ValueError, ImportError)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if not master.startswith("sc://") and not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise EngineError(
            "Spark needs Java 17 or later, and none is here; on Debian: apt-get install openjdk-17-jre-headless."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pandas, which is not used
            if master.startswith("sc://"):
                builder = session.builder.remote(master)
            else:
                builder = session.builder.master(master).config(map=_BEGUN)
            begun: SparkSession = builder.getOrCreate()
    except failures as error:
        raise EngineError(f"Spark does not begin at {master}: {_first_lines(error)}") from error
    return begun


def as_spark(sql: str) -> str:
    """SQL of this project → the same for Spark’s parser: names in backticks, and what a text of Spark would read as an escape."""

    def write(token: re.Match[str]) -> str:
        if token[1] is not None:
            text = token[1].replace("''", "'").replace("\\", "\\\\").replace("'", "\\'")
            return f"'{text}'"
        return _as_name(token[2].replace('""', '"')) if token[2] is not None else ""

    return _TOKEN.sub(write, sql)


def _as_text(table: str, column: str, kind: str) -> str:
    """SQL: the cell as it would stand in a CSV file; `kind` is the name of its type in Spark. Raises `EngineError`."""
    name = f"t.{quote_identifier(column)}"
    if kind in ("struct", "array", "map"):
        return f"to_json({name})"
    if kind in ("timestamp", "timestamp_ntz"):
        return f"replace(CAST({name} AS STRING), ' ', 'T')" + (" || 'Z'" if kind == "timestamp" else "")
    if kind not in _PLAIN:
        raise EngineError(f"{table}: the column {column} is of the type {kind} in Spark, which cannot be a cell.")
    return f"NULLIF(CAST({name} AS STRING), '')"


def _as_name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _check_shared(master: str, stage: Path | None) -> None:
    if stage is None and not master.startswith(_SHARED):
        raise EngineError(
            f"The executors of {master} are on other machines: give with --stage a folder that they and this one see."
        )
    if stage is not None and not stage.is_dir():
        raise EngineError(f"{stage}: is no folder, so nothing can be staged for Spark there.")


def _import_session() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pandas, which is not used
            from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError("Spark is not installed: pip install 'provisions[spark]'.") from error
    return SparkSession


def _failures() -> tuple[type[Exception], ...]:
    """What PySpark raises: its own errors, and those of the connection to Java."""
    _import_session()
    from pyspark.errors import PySparkException

    try:
        from py4j.protocol import Py4JError
    except ImportError:  # a client of Spark Connect has none
        return (PySparkException, ConnectionError)
    return (PySparkException, Py4JError, ConnectionError)


def _first_lines(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])[:500] or type(error).__name__
