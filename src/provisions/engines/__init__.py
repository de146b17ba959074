"""Engines run SQL text over tables of text cells. They know no tables of ours and no rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


class Engine(Protocol):
    """What the line needs of an engine. SQL is the portable subset of this project plus the prelude’s functions."""

    name: str

    def load_csv(self, table: str, columns: Sequence[str], path: Path, *, numbered: bool) -> int:
        """Makes a table of text columns, with `_row` and `_sound`, from CSV that was vetted; returns its records.

        `numbered` says that the file already begins with those two columns.
        """

    def load_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
        """Makes a table of text columns from rows in memory."""

    def run(self, sql: str) -> None:
        """Runs one statement that makes a view."""

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of one query."""

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
