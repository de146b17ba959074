"""Which engine is to judge, and where it runs: what is known of that before it begins."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.engines.duck import DuckEngine
from provisions.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyspark.sql import SparkSession

    from provisions.engines import Engine

ENGINES = (DuckEngine.name, "spark")


@dataclass(frozen=True)
class EngineChoice:
    """An engine by name; for Spark also a session of the user’s or the master of one to begin, and the folder in which the
    tables are staged where executors are on other machines. `findings` is a new folder for all that checks find. `tables`
    are those that Spark has by itself, whatever the package says of files: by name, a folder or file of Parquet, with any
    scheme that Spark reads, or a table of its catalogue.
    """

    name: str = DuckEngine.name
    session: SparkSession | str = "local[*]"
    stage: Path | None = None
    findings: str | Path | None = None
    tables: Mapping[str, str] = field(default_factory=dict)

    def begin(self, memory_limit: str | None, *, small: bool) -> Engine:
        """The engine, ready for tables. Raises `EngineError`, `UsageError`."""
        if self.name == DuckEngine.name:
            return DuckEngine(memory_limit, small=small)
        if self.name not in ENGINES:
            raise UsageError(f"There is no engine {self.name!r}; there are {' and '.join(ENGINES)}.")
        from provisions.engines.spark import SparkEngine

        return SparkEngine(
            self.session, memory_limit, stage=self.stage, small=small and not self.tables, held=self.tables
        )


DUCKDB = EngineChoice()


def choose(engine: EngineChoice | SparkSession) -> EngineChoice:
    """The choice that was made, also where a Spark session was given for it."""
    return engine if isinstance(engine, EngineChoice) else EngineChoice("spark", engine)


@contextmanager
def emptied(place: str | Path | None) -> Iterator[None]:
    """Within it, a new or empty folder is filled; it is removed where that fails, so that no part passes for the whole.

    Raises `UsageError` where there is something in it. A place with a scheme is left to Spark.
    """
    if place is None or "://" in str(place):
        yield
        return
    folder = Path(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(f"{folder}: is not empty; findings of another run would pass for those of this one.")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror or error}).") from error
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
