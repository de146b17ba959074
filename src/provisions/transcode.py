"""Tables whose layout or cells the engine cannot read as they stand → a clean file of canonical text for it, and findings.

The engine is handed what could be read; a cell that could not is told, and empty for all later checks.
"""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.celltypes import shorten
from provisions.csvfile import Record
from provisions.errors import EngineError
from provisions.reading import Header, Row
from provisions.telling import check_header, tell_empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from provisions.engines import Engine, Plan
    from provisions.fields import Field, Problem
    from provisions.model import Table
    from provisions.resources import Resource
    from provisions.telling import Teller


@dataclass
class Transcoder:
    """Reads one resource, row by row. `header` and `records` say what was read, once all rows were taken.

    What the schemas let the engine tell is left to it: in a file that is plain but for some cells, also cells that
    are not of their type. It is told of those that could not be read: they are not empty.
    """

    resource: Resource
    tell: Teller
    header: list[str] = field(default_factory=list)
    records: int = 0
    _places: dict[str, int] = field(default_factory=dict)

    def rows(self) -> Iterator[list[str | None]]:
        """For each record `_row`, `_sound`, `_unread` and the canonical text of its cells, in the columns of the schema.

        `_unread` has the places of the cells that could not be read, as `/0/2/`.
        """
        for item in self.resource.reading.rows():
            if isinstance(item, tuple):
                file, fault = item
                self.tell.tell(fault, file)
            elif isinstance(item, Header):
                self.header = item.cells
                self._places = {name: place for place, name in reversed(list(enumerate(item.cells)))}
                check_header(self.resource, item, self.tell)
            else:
                self.records += 1
                sound = len(item.cells) == len(self.header)
                if not sound:
                    self.tell.tell_ragged(item, self.header)
                yield [str(self.records), "true" if sound else "false", *self._canonical(item, sound=sound)]

    def _canonical(self, row: Row, *, sound: bool) -> list[str | None]:
        """`_unread`, and the text of each cell; None for one that holds nothing."""
        reading, texts, wrong, unread = self.resource.reading, {}, [], ""
        fields: dict[str, Field] = self._fields
        for column, name in enumerate(self.resource.table.names):
            place = self._places.get(name, len(row.cells))
            cell = row.cells[place] if place < len(row.cells) else None
            if name not in fields or (cell is not None and cell == reading.dialect.null):
                texts[name] = None if cell == reading.dialect.null else row.text(place)
                cell = None
            if name in fields:
                texts[name], problems = fields[name].read(cell)
                unreadable = any(problem.keyword in ("type", "format") for problem in problems)
                if reading.usual and unreadable:
                    texts[name] = cell
                    continue
                if unreadable:
                    unread += f"{column}/"
                if sound and place < len(row.cells):
                    wrong += [(name, place, problem) for problem in problems]
        key = "/".join(texts[name] or "" for name in self.resource.table.primary_key) or None
        for name, place, problem in wrong:
            self._tell(row, name, place, problem, key)
        return ["/" + unread, *(text and text.replace("\0", "") for text in texts.values())]

    def _tell(self, row: Row, name: str, place: int, problem: Problem, key: str | None) -> None:
        value = row.text(place)
        self.tell(
            f"schema/{problem.keyword}",
            *row.starts[place],
            problem.message.replace("{value}", shorten(value or "")),
            problem.hint,
            value,
            file=row.file,
            field=name,
            key=key,
        )

    def __post_init__(self) -> None:
        self._fields = {each.name: each for each in self.resource.reading.fields}


def load_transcoded(engine: Engine, resource: Resource, plan: Plan, tell: Teller) -> tuple[int, list[str]]:
    """Loads a table cell by cell; returns its records and its header. Raises `PackageError` for what cannot be read."""
    transcoder = Transcoder(resource, tell)
    count = copy_in(engine, resource.table, plan, transcoder.rows())
    if not transcoder.header:
        tell_empty(tell)
    expect(resource, count, transcoder.records)
    return count, transcoder.header


def copy_in(engine: Engine, table: Table, plan: Plan, rows: Iterable[list[str | None]]) -> int:
    """Hands the engine rows that begin with `_row`, `_sound` and `_unread`, as a clean file; returns the records it read.

    A cell of None holds nothing; one of no characters is a text.
    """
    header: list[str | None] = ["_row", "_sound", "_unread", *table.names]
    longest = 0
    plan = replace(plan, keep=("_unread", *plan.keep))
    with tempfile.TemporaryDirectory(prefix="provisions-") as folder:
        path = Path(folder) / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            for row in itertools.chain([header], rows):
                line = ",".join("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row)
                longest = max(longest, len(line))
                file.write(line + "\n")
        columns, size = ("_unread", *table.names), 4 * longest + 1024  # at most, in UTF-8
        return engine.load_csv(f"_cells_{table.name}", columns, path, plan, numbered=True, texts=True, longest=size)


def expect(resource: Resource, count: int, expected: int) -> None:
    """Raises `EngineError` where the engine read other records than we did."""
    if count != expected:
        raise EngineError(
            f"{resource.file}: the engine read {count} records of {expected}. "
            "This is a fault of ours; please report it."
        )


def find_rows(resource: Resource, wanted: set[int]) -> tuple[list[str], dict[int, Record], dict[int, str]]:
    """The header, the records of those numbers as they stand, and the file of each."""
    items = (item for item in resource.reading.rows() if isinstance(item, Row))
    header = next(items, Row("", [], []))
    found = {n: row for n, row in enumerate(itertools.islice(items, max(wanted, default=0)), start=1) if n in wanted}
    records = {
        n: Record(
            [row.text(place) or "" for place in range(len(row.cells))], [row.starts[k] for k in range(len(row.starts))]
        )
        for n, row in found.items()
    }
    return header.cells, records, {n: row.file for n, row in found.items()}
