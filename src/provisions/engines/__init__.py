"""Engines run SQL text over tables of text cells. They know no tables of ours and no rules."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

T = TypeVar("T")
FLAGS_PER_COLUMN = 62


@dataclass(frozen=True)
class Plan:
    """What of a file becomes the table: `_row`, `_sound`, the text columns to keep, and what its cells break.

    Predicate n of `flags` is bit n modulo 62 of the column `_flags<n divided by 62>`, 1 where it holds for a sound record:
    cells are judged while the file is read, and columns that only such predicates need are not kept. Each column of `dates`
    has two companions, `<column>_earliest` and `<column>_latest`, NULL where the record is not sound.
    """

    keep: tuple[str, ...]
    flags: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()

    def columns(self, row: str, sound: str) -> str:
        """The columns of the table as SQL, `_row` and `_sound` made of these two expressions."""
        kept = [f"{row} AS _row", f"{sound} AS _sound", *map(quote_identifier, self.keep)]
        for start in range(0, len(self.flags), FLAGS_PER_COLUMN):
            bits = self.flags[start : start + FLAGS_PER_COLUMN]
            sums = " + ".join(f"CASE WHEN {predicate} THEN {1 << n} ELSE 0 END" for n, predicate in enumerate(bits))
            kept.append(
                f"CAST(CASE WHEN {sound} THEN {sums} ELSE 0 END AS BIGINT) AS _flags{start // FLAGS_PER_COLUMN}"
            )
        for name in self.dates:
            for end in ("earliest", "latest"):
                bound = f"CASE WHEN {sound} THEN date_{end}({quote_identifier(name)}) END"
                kept.append(f"{bound} AS {quote_identifier(f'{name}_{end}')}")
        return ", ".join(kept)

    @property
    def made(self) -> list[str]:
        """The names of these columns, as SQL."""
        flags = (f"_flags{n}" for n in range(-(-len(self.flags) // FLAGS_PER_COLUMN)))
        bounds = (f"{name}_{end}" for name in self.dates for end in ("earliest", "latest"))
        return ["_row", "_sound", *map(quote_identifier, self.keep), *flags, *map(quote_identifier, bounds)]

    @staticmethod
    def flag(number: int) -> str:
        """Whether predicate `number` holds for a row of the table, as SQL."""
        return f"(_flags{number // FLAGS_PER_COLUMN} & {1 << number % FLAGS_PER_COLUMN}) <> 0"


@dataclass(frozen=True)
class Result:
    """What a query gives, in batches of rows: names and types of the columns as the engine writes them, and the rows, once."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    batches: Iterator[list[tuple[Any, ...]]]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows one by one."""
        return chain.from_iterable(self.batches)


@dataclass(frozen=True)
class Part:
    """A CSV file that an engine has by itself: its address, and the columns whose cells stand in the names of its folders."""

    address: str
    values: Mapping[str, str | None]


@dataclass(frozen=True)
class HeldRow:
    """A row that an engine has by itself: the file it is in, the number it has there, from 1, and its cells by column."""

    file: str
    number: int
    cells: Mapping[str, str | None]


class Engine(Protocol):
    """What the line needs of an engine. SQL is the portable subset of this project plus the prelude’s functions."""

    name: str
    workers: int  # how many queries to put to it side by side
    held: Mapping[str, str]  # tables that it has by itself, whatever the package says of files, and where

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
        """Makes a table from CSV that was vetted, as `plan` says; returns its records.

        An empty cell is NULL. `numbered` says that the file already begins with `_row` and `_sound`, `texts` that an
        empty cell in quotes is a text of no characters; `longest` is the size of the longest record in bytes, where it
        is known to be more than usual.
        """

    def load_held(self, table: str, columns: Sequence[str], key: Sequence[str], plan: Plan) -> tuple[int, list[str]]:
        """Makes the table `_cells_<table>` from one that it has by itself; returns its records, and the columns it has.

        The number of a row follows from the file it is in and its place there, else from the order of the key.
        """

    def list_parts(self, table: str) -> list[Part]:
        """The CSV files that make up a table which it has by itself, in their order; none where it is no CSV."""

    def map_parts(self, parts: Sequence[Part], work: Callable[[str, Path, Path], T]) -> list[T]:
        """What `work` makes of each part, where the engine’s workers are. It is given the address, a local path of the file,
        and a path for a Parquet file that it may write. Raises `EngineError`, and the `ProvisionsError` of `work`.
        """

    def load_parts(
        self, table: str, columns: Sequence[str], parts: Sequence[Part], counts: Sequence[int], plan: Plan
    ) -> None:
        """Makes the table `_cells_<table>` from what the work on its parts wrote; `counts` are the records of each."""

    def find_held(self, table: str, rows: Iterable[int]) -> dict[int, HeldRow]:
        """Rows of such a table by number."""

    def gather(self, table: str, parts: Mapping[str, int], plan: Plan) -> None:
        """Makes a table of tables that were loaded by one plan, and drops those. `parts` gives the rows before each."""

    def load_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
        """Makes a table of text columns from rows in memory."""

    def run(self, sql: str) -> None:
        """Runs one statement that makes a view."""

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of one query."""

    def save(self, sql: str, folder: str | Path, parts: Mapping[str, str]) -> None:
        """Adds the rows of one query to Parquet files in a folder, parted by these values; where they are, all cells but row
        numbers are texts, as queries for different parts have different types. Raises `EngineError`, also where the engine
        writes none.
        """

    def interrupt(self) -> None:
        """Called from another thread: the query under way, if there is but one, ends soon with an `EngineError`."""

    def seal(self) -> None:
        """From here on, no file can be read or written and no setting changed."""

    def close(self) -> None:
        """Frees what the engine holds."""


def quote_identifier(name: str) -> str:
    """A name as a delimited SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """A text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
