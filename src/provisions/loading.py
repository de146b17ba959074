"""One file → a table of text cells in the engine, with findings about the file itself; afterwards, record → line and column.

A table of text cells is named `_cells_<table>` and begins with `_row` (number of the record, from 1) and `_sound`
(false where the record has too few or too many cells, so that its cells are not judged one by one).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from provisions.csvfile import Fault, Record, decode, read
from provisions.engines import Plan, quote_identifier, quote_literal
from provisions.errors import EngineError, EngineMemoryError
from provisions.mending import Mender
from provisions.reading import Row
from provisions.running import beside
from provisions.sources import read_file
from provisions.telling import Teller, check_header, tell_empty
from provisions.transcode import copy_in, expect, find_rows, load_transcoded
from provisions.vetting import MIN_BYTES, RECORD, count_records, find_records, scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from provisions.engines import Engine
    from provisions.resources import Resource

# Characters that DuckDB's reader takes for a pattern of file names.
_GLOB = set("*?[]{}")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True)
class Places:
    """Where records stand in a file: its header, and the records that were asked for, by number."""

    header: list[str]
    records: dict[int, Record]
    files: dict[int, str] = field(default_factory=dict)

    def position(self, row: int | None, column: str | None) -> tuple[int | None, int | None]:
        """Physical line and character of a cell of a record, both from 1; of the record, where the cell is not there."""
        if row is None and self.header:
            return 1, 1  # no record to point at: the header
        record = self.records.get(row or 0)
        if record is None or not record.starts:
            return None, None
        place = self.header.index(column) if column in self.header else 0
        return record.starts[min(place, len(record.starts) - 1)]

    def cell(self, row: int | None, column: str | None) -> str | None:
        """The text of a cell as it stands in the file; None for an empty one."""
        record = self.records.get(row or 0)
        if record is None or column not in self.header or self.header.index(column) >= len(record.cells):
            return None
        return record.cells[self.header.index(column)] or None


def locate_in_file(resource: Resource, rows: Iterable[int]) -> Places:
    """Finds the records of those numbers in their file; without any, its header alone."""
    wanted = set(rows)
    if not all(path.exists() for path in resource.reading.paths):
        return Places([], {})
    if not resource.reading.plain or resource.reading.header is not None:
        return Places(*find_rows(resource, wanted))
    if _is_large(resource.path):
        found = _find_records(resource.path, {0, *wanted})
        return Places(found.pop(0, Record([], [])).cells, found)
    text, _ = decode(read_file(resource.path))
    records = (item for item in read(text) if isinstance(item, Record))
    header = next(records, Record([], []))
    last = max(wanted, default=0)
    found = {n: record for n, record in enumerate(itertools.islice(records, last), start=1) if n in wanted}
    return Places(header.cells, found)


def count_in_file(resource: Resource) -> int:
    """The records of a file that the engine can read, its header, which is one of them, counted."""
    if _is_large(resource.path):
        return sum(int((stretch.kinds == RECORD).sum()) for stretch in scan(resource.path))
    text, _ = decode(read_file(resource.path))
    return sum(isinstance(item, Record) for item in read(text))


def _find_records(path: Path, wanted: set[int]) -> dict[int, Record]:
    """Records of a large file by number, its header as 0."""
    records: dict[int, Record] = {}
    with path.open("rb") as file:
        for number, place in find_records(path, wanted).items():
            file.seek(place.first)
            text = file.read(place.after - place.first).decode("utf-8", errors="replace")
            records[number] = next(item for item in read(text, place.line) if isinstance(item, Record))
    return records


def load_file(engine: Engine, resource: Resource, plan: Plan, tell: Teller) -> tuple[int, list[str]]:
    """Loads a table of one file in the fastest way that it allows; returns its records and its header."""
    if not resource.reading.usual:
        return load_transcoded(engine, resource, plan, tell)
    odd = is_odd(resource, canonical=not plan.flags)  # without flags, nothing is judged: it is loaded for its values
    watching = replace(plan, flags=(*plan.flags, odd)) if odd else plan
    trying = Teller(tell.resource, tell.told.limit)
    loaded = _load_large(engine, resource, watching, trying) or _load_exactly(engine, resource, watching, trying)
    name = quote_identifier(f"_cells_{resource.table.name}")
    if odd and engine.rows(f"SELECT 1 AS odd FROM {name} WHERE {Plan.flag(len(plan.flags))} LIMIT 1"):
        engine.run(f"DROP TABLE {name}")
        return load_transcoded(engine, resource, plan, tell)
    tell.told.add(trying.told)
    return loaded


def is_odd(resource: Resource, *, canonical: bool) -> str:
    """SQL: a cell is of its type, but written as the engine would not read it, such as `.5`, `INF` or `007`; "" for never."""
    shapes = resource.reading.odd(canonical=canonical).items()
    found = (
        f"COALESCE(matches({quote_identifier(column)}, {quote_literal(shape)}), FALSE)" for column, shape in shapes
    )
    return " OR ".join(found)


def _load_large(engine: Engine, resource: Resource, plan: Plan, tell: Teller) -> tuple[int, list[str]] | None:
    """Lets the engine read a large file as it is, or a copy of what can be read of it; None for any other."""
    if not _is_large(resource.path):
        return None
    count = _load_fast(engine, resource, plan)
    if count is not None:
        return count, list(resource.table.names)
    header = _find_records(resource.path, {0}).get(0, Record([], []))
    mender = Mender(resource, header, tell)
    return (mender.load(engine, plan), header.cells) if mender.can_mend else None


def _load_fast(engine: Engine, resource: Resource, plan: Plan) -> int | None:
    """Lets the engine read a large file that is surely well-formed; None where it is not."""
    with resource.path.open("rb") as file:
        header = file.readline(1 << 20).rstrip(b"\r\n")
    if header != ",".join(resource.table.names).encode() or _GLOB & set(str(resource.path)):
        return None
    plan = _touch_every_column(resource, plan)

    def vet() -> int | None:
        records = count_records(resource.path, len(resource.table.names))
        if records is None:
            engine.interrupt()
        return records

    name = f"_cells_{resource.table.name}"
    with beside(vet) as counting:
        try:
            count = engine.load_csv(name, resource.table.names, resource.path, plan, numbered=False)
        except EngineMemoryError:
            raise
        except EngineError:
            count = None  # what it stumbled over is told when the file is mended, with its place
        if count is not None and counting.result() == count:
            return count
    engine.run(f"DROP TABLE IF EXISTS {quote_identifier(name)}")
    return None


def _touch_every_column(resource: Resource, plan: Plan) -> Plan:
    """The plan with a look at each column that nothing else asks for: else bytes that are not UTF-8 would go unseen."""
    seen = {name for predicate in plan.flags for name in _QUOTED.findall(predicate)}
    seen |= {quote_identifier(name) for name in plan.keep}
    unseen = [name for name in map(quote_identifier, resource.table.names) if name not in seen]
    return replace(plan, flags=(*plan.flags, *(f"COALESCE({name} = chr(0), FALSE)" for name in unseen)))


def _load_exactly(engine: Engine, resource: Resource, plan: Plan, tell: Teller) -> tuple[int, list[str]]:
    """Reads a file record by record, telling every fault; what can be read is loaded all the same."""
    table = resource.table
    text, faults = decode(read_file(resource.path))
    header: list[str] = []
    count, longest = 0, 0
    ragged = set()
    for item in read(text):
        if isinstance(item, Fault):
            faults.append(item)
        elif not header:
            header = item.cells
            check_header(resource, Row(resource.file, item.cells, item.starts), tell)
        else:
            count += 1
            longest = max(longest, sum(map(len, item.cells)))
            if len(item.cells) != len(header):
                ragged.add(count)
                tell.tell_ragged(Row(resource.file, item.cells, item.starts), header)
    if not header:
        tell_empty(tell)
    for fault in faults:
        tell.tell(fault)
    as_it_is = header == list(table.names) and not (faults or ragged or "\r" in text or _GLOB & set(str(resource.path)))
    size = 8 * longest + 1024  # at most, in UTF-8 and with every character a doubled quote
    if as_it_is:
        name = f"_cells_{table.name}"
        read_by_engine = engine.load_csv(name, table.names, resource.path, plan, numbered=False, longest=size)
    else:
        read_by_engine = _load_vetted(engine, resource, plan, text, ragged)
    expect(resource, read_by_engine, count)
    return count, header


def _load_vetted(engine: Engine, resource: Resource, plan: Plan, text: str, ragged: set[int]) -> int:
    """Hands the engine a clean copy of what can be read, in the columns of the schema."""
    table = resource.table
    records = (item.cells for item in read(text) if isinstance(item, Record))
    header = next(records, [])
    places = [header.index(name) if name in header else None for name in table.names]

    def rows() -> Iterator[list[str | None]]:
        for number, cells in enumerate(records, start=1):
            values = [cells[place] if place is not None and place < len(cells) else "" for place in places]
            sound = "false" if number in ragged else "true"
            yield [str(number), sound, "/", *(value.replace("\0", "") or None for value in values)]

    return copy_in(engine, table, plan, rows())


def _is_large(path: Path) -> bool:
    return path.exists() and path.stat().st_size >= MIN_BYTES
