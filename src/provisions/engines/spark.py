"""The engine for what outgrows one machine: Apache Spark, on this machine or on a cluster. The same SQL, the same findings.

CSV is read once, by DuckDB on this machine, into Parquet with `_row`; Spark sees Parquet alone. So a record has the number
that it has on one machine, however Spark parts the work, and no dialect of CSV is Spark’s to guess. What is in Parquet
already, on any file system that Spark reads, Spark reads itself; there the number of a row is made of its file and its
place in it.
"""

from __future__ import annotations

import bisect
import contextlib
import hashlib
import itertools
import pickle
import re
import shutil
import tempfile
import threading
import uuid
import weakref
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisions.engines import HeldRow, Part, quote_identifier
from provisions.engines.duck import DuckEngine
from provisions.engines.sessions import begin_session, failures_of_spark, first_lines
from provisions.errors import EngineError, ProvisionsError
from provisions.running import on_stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from provisions.engines import Plan, T

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
    "spark.sql.execution.python.udf.maxRecordsPerBatch": "1",  # a record may be a whole file
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
_CSV, _LOCAL = re.compile(r"\.(?:csv|tsv|tab|txt)(?:\.gz)?$", re.IGNORECASE), re.compile(r"file:/+")
_SHARED = ("local", "local[", "local-cluster[")


class OnWorker:
    """A function for Spark: work on a file by its address and, where the worker cannot open it by itself, its content."""

    def __init__(self, work: Callable[[str, Path, Path], Any], folder: Path) -> None:
        self.work, self.folder = work, folder

    def __call__(self, address: str, content: bytes | None) -> bytes:
        made = self.folder / f".{uuid.uuid4().hex}"
        with tempfile.TemporaryDirectory(prefix="provisions-") as scratch:
            path = Path(_LOCAL.sub("/", address))
            if content is not None:
                path = Path(scratch) / "part.csv"
                path.write_bytes(content)
            try:
                result = self.work(address, path, made)
                if made.exists():  # in place in one step: another worker may have been given the same
                    made.replace(_made_of(address, self.folder))
            except ProvisionsError as error:
                result = error
            finally:
                made.unlink(missing_ok=True)
        return pickle.dumps(result)


class SparkEngine:
    """A Spark session with our prelude, and a folder of Parquet that its executors read.

    `session` is one of the user’s, or the master of one to begin: `local[2]`, `local-cluster[2,1,1024]`,
    `spark://host:7077`, `yarn`, `sc://host`. `stage` is a folder that this machine and all executors see under the same
    path; it is needed wherever they are not on this machine. `held` are tables that Spark reads by itself, by name: a path of
    Parquet or CSV, with any scheme that Spark knows, or a table of its catalogue. Raises `EngineError` where Spark or Java is missing or fails.
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
        self._listed: dict[str, list[Part]] = {}
        self._targets: set[str] = set()  # where it has begun to write
        self._failures = failures_of_spark()
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
        # Also where the run is stopped while a call of Spark’s does not come back.
        self._clear = weakref.finalize(self, shutil.rmtree, self._stage, ignore_errors=True)
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
        with self._reading, self._staging():
            count = self._reader.write_parquet(columns, path, staged, numbered=numbered, texts=texts, longest=longest)
        name = quote_identifier(f"{table}_read")
        self._view(
            name, self._read(staged, ["_row BIGINT", "_sound BOOLEAN", *(f"{_as_name(c)} STRING" for c in columns)])
        )
        self._keep(quote_identifier(table), f"SELECT {plan.columns('_row', '_sound')} FROM {name} t")
        return count

    def load_held(self, table: str, columns: Sequence[str], key: Sequence[str], plan: Plan) -> tuple[int, list[str]]:
        with self._asking():
            frame = self._number(table, key)
            counted = {row[_FILE]: row["count"] for row in frame.groupBy(_FILE).count().collect()}
            present = {field.name: field.dataType.typeName() for field in frame.schema.fields}
        cells = {c: _as_text(table, c, present[c]) if c in present else "NULL" for c in columns}
        self._take(table, frame, dict(sorted(counted.items())), {"_sound": "TRUE"} | cells, plan)
        return sum(counted.values()), [c for c in present if c not in (_FILE, _NUMBER)]

    def list_parts(self, table: str) -> list[Part]:
        if table not in self._listed:
            self._listed[table] = self._list(table) if "/" in self.held[table] else []
        return self._listed[table]

    def map_parts(self, parts: Sequence[Part], work: Callable[[str, Path, Path], T]) -> list[T]:
        from pyspark.sql import functions

        addresses = [part.address for part in parts]
        with self._asking("No module named 'provisions'", "Spark’s workers need provisions installed, to read CSV."):
            if all(_LOCAL.match(address) for address in addresses):  # a worker opens it by itself
                files = self.session.range(0, len(addresses), 1, len(addresses))
                path, content = functions.get(functions.lit(addresses), files.id.cast("int")), functions.lit(None)
            else:
                escaped = [re.sub(r"([\\{}\[\]*?,])", r"\\\1", address) for address in addresses]
                files = self.session.read.format("binaryFile").load(escaped)
                path, content = files.path, files.content
            worker = functions.udf(OnWorker(work, self._stage), "binary", useArrow=False)
            rows = files.select(path.alias("path"), worker(path, content.cast("binary")).alias("made")).collect()
        made = {row["path"]: pickle.loads(row["made"]) for row in rows}  # noqa: S301  our own worker wrote it
        for one in made.values():
            if isinstance(one, ProvisionsError):
                raise one
        return [made[address] for address in addresses]

    def load_parts(
        self, table: str, columns: Sequence[str], parts: Sequence[Part], counts: Sequence[int], plan: Plan
    ) -> None:
        values = list(parts[0].values)
        kinds = {_FILE: "STRING", _NUMBER: "BIGINT", "_sound": "BOOLEAN", "_unread": "STRING"}
        kinds |= {column: "STRING" for column in columns if column not in values}
        struct = ", ".join(f"{_as_name(name)} {kind}" for name, kind in kinds.items())
        staged = [_made_of(part.address, self._stage).as_uri() for part in parts]
        with self._asking():
            frame = self.session.read.schema(struct).parquet(*staged)
        cells = {c: f"{'p' if c in values else 't'}.{quote_identifier(c)}" for c in ("_sound", "_unread", *columns)}
        counted = {part.address: count for part, count in zip(parts, counts, strict=True)}
        self._take(table, frame, counted, cells, plan, {part.address: part.values for part in parts})

    def _take(
        self,
        table: str,
        frame: DataFrame,
        counted: Mapping[str, int],
        cells: Mapping[str, str],
        plan: Plan,
        values: Mapping[str, Mapping[str, str | None]] | None = None,
    ) -> None:
        """Makes `_cells_<table>` of rows that have their file and their number in it, `t`, and of what is known of files, `p`:
        so many rows each, and values. `cells` are its columns as SQL.
        """
        name, parts = f"_cells_{table}_read", f"_parts_{table}"
        before = itertools.accumulate(counted.values(), initial=0)
        self._parts[table] = [(first, file) for first, file in zip(before, counted, strict=False)]
        more = list(next(iter(values.values()))) if values else []
        known = ((f, str(first), *(values or {}).get(f, {}).values()) for first, f in self._parts[table])
        self.load_rows(parts, [_FILE, "_first", *more], known)
        self._view(quote_identifier(f"{table}_held"), frame)
        read = self._sql(
            f"SELECT /*+ BROADCAST(p) */ CAST(p._first AS BIGINT) + t.{_NUMBER} AS _row, "
            f"{', '.join(f'{sql} AS {quote_identifier(column)}' for column, sql in cells.items())} "
            f"FROM {quote_identifier(f'{table}_held')} t JOIN {quote_identifier(parts)} p ON p.{_FILE} = t.{_FILE}"
        )
        self._view(quote_identifier(name), read)
        self._keep(
            quote_identifier(f"_cells_{table}"),
            f"SELECT {plan.columns('_row', '_sound')} FROM {quote_identifier(name)} t",
        )

    def _list(self, table: str) -> list[Part]:
        """The CSV files at the place of a held table, and what the names of their folders say. Raises `EngineError`."""
        place = self.held[table]
        with self._asking():
            frame = self.session.read.format("binaryFile").load(place)
            kinds = {bool(_CSV.search(file)) for file in frame.inputFiles()}
            if kinds == {True, False}:
                raise EngineError(
                    f"{place}: holds CSV and other files; give a pattern of those that are {table}, as …/*.csv."
                )
            if kinds != {True}:
                return []
            rows = frame.drop("modificationTime", "length", "content").collect()
        return sorted(
            (Part(row["path"], {k: v for k, v in row.asDict().items() if k != "path"}) for row in rows),
            key=lambda part: part.address,
        )

    def find_held(self, table: str, rows: Iterable[int]) -> dict[int, HeldRow]:
        wanted = ", ".join(str(row) for row in sorted(rows)) or "0"
        found = {}
        for cells in self.rows(f"SELECT * FROM {quote_identifier(f'_cells_{table}_read')} WHERE _row IN ({wanted})"):
            row = cells.pop("_row")
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
        with self._reading, self._staging():
            self._reader.load_rows(table, columns, rows)
            self._reader.write(f"SELECT * FROM {name}", staged)
            self._reader.run(f"DROP TABLE {name}")
        self._view(name, self._read(staged, [f"{_as_name(column)} STRING" for column in columns]))

    def gather(self, table: str, parts: Mapping[str, int], plan: Plan) -> None:
        _, _, *columns = plan.made
        selects = (
            f"SELECT {', '.join([f'_row + {before} AS _row', '_sound', *columns])} FROM {quote_identifier(part)}"
            for part, before in parts.items()
        )
        self._keep(quote_identifier(table), " UNION ALL ".join(selects))
        for part in parts:
            self._drop(quote_identifier(part))

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
            if target not in self._targets and self._files_at(target):
                raise EngineError(f"{target}: is not empty; what is there would pass for what this run writes.")
            self._targets.add(target)
            frame.write.mode("append").partitionBy(*parts).parquet(target)

    def _files_at(self, place: str) -> list[str]:
        from pyspark.errors import AnalysisException

        try:
            read = self.session.read.format("binaryFile").option("recursiveFileLookup", "true")
            return list(read.load(place).inputFiles())
        except AnalysisException as error:
            if "PATH_NOT_FOUND" in str(error):
                return []
            raise

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
        self._clear()

    def _stop(self) -> None:
        with contextlib.suppress(*self._failures):  # it may be gone by now
            self.session.interruptTag(self._tag)

    @contextlib.contextmanager
    def _asking(self, known: str = "", hint: str = "") -> Iterator[None]:
        """Within it, what Spark raises becomes an `EngineError`; one that says what is `known` gives that hint."""
        try:
            yield
        except self._failures as error:
            said = hint if known and known in str(error) else f"Spark: {first_lines(error)}"
            raise EngineError(said) from error

    @contextlib.contextmanager
    def _staging(self) -> Iterator[None]:
        """Within it, a disk that is full is told as that of the stage."""
        try:
            yield
        except EngineError as error:
            if "No space left" not in str(error):
                raise
            raise EngineError(
                f"{self._stage.parent}: is full; give with --stage a folder that has more room."
            ) from error

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


def _made_of(address: str, folder: Path) -> Path:
    """The Parquet file that a worker makes of a file."""
    return folder / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.parquet"


def _as_name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _check_shared(master: str, stage: Path | None) -> None:
    if stage is None and not master.startswith(_SHARED):
        raise EngineError(
            f"The executors of {master} are on other machines: give with --stage a folder that they and this one see."
        )
    if stage is not None and not stage.is_dir():
        raise EngineError(f"{stage}: is no folder, so nothing can be staged for Spark there.")
