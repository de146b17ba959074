"""Bytes → tables of text cells in the engine, with findings about the files themselves; afterwards, record → line and column.

A table of text cells is named `_cells_<table>` and begins with `_row` (number of the record, from 1) and `_sound`
(false where the record has too few or too many cells, so that its cells are not judged one by one).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from provisions.csvfile import Fault, Record, decode, read
from provisions.engines import quote_identifier, quote_literal
from provisions.errors import PackageError
from provisions.reading import Row
from provisions.telling import Teller, check_header, check_integrity, tell_ragged
from provisions.transcode import copy_in, expect, find_rows, load_transcoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from provisions.engines import Engine
    from provisions.manifest import Manifest, Resource
    from provisions.model import Finding

# Characters that DuckDB's reader takes for a pattern of file names.
_GLOB = set("*?[]{}")


@dataclass(frozen=True)
class Loaded:
    """What was read: records per table, findings about the files, and the columns that a file lacks."""

    rows: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    absent: dict[str, set[str]] = field(default_factory=dict)


def load(manifest: Manifest, engine: Engine) -> Loaded:
    """Reads every table of the package into the engine. Raises `PackageError` for a file that cannot be opened."""
    loaded = Loaded()
    for resource in manifest.resources:
        _load_table(resource, engine, loaded)
    return loaded


@dataclass(frozen=True)
class Places:
    """Where records stand in a file: its header, and the records that were asked for, by number."""

    header: list[str]
    records: dict[int, Record]
    files: dict[int, str] = field(default_factory=dict)

    def position(self, row: int | None, column: str | None) -> tuple[int | None, int | None]:
        """Physical line and character of a cell of a record, both from 1; of the record, where the cell is not there."""
        record = self.records.get(row or 0)
        if record is None:
            return None, None
        place = self.header.index(column) if column in self.header else 0
        return record.starts[min(place, len(record.starts) - 1)]

    def cell(self, row: int | None, column: str | None) -> str | None:
        """The text of a cell as it stands in the file; None for an empty one."""
        record = self.records.get(row or 0)
        if record is None or column not in self.header or self.header.index(column) >= len(record.cells):
            return None
        return record.cells[self.header.index(column)] or None


def locate(resource: Resource, rows: Iterable[int]) -> Places:
    """Finds the records of those numbers in their file."""
    wanted = set(rows)
    if not wanted:
        return Places([], {})
    if not resource.reading.plain:
        return Places(*find_rows(resource, wanted))
    text, _ = decode(_read_bytes(resource))
    records = (item for item in read(text) if isinstance(item, Record))
    header = next(records, Record([], []))
    last = max(wanted)
    found = {n: record for n, record in enumerate(itertools.islice(records, last), start=1) if n in wanted}
    return Places(header.cells, found)


def _load_table(resource: Resource, engine: Engine, loaded: Loaded) -> None:
    """Loads one table: as the file stands, or transcoded where its layout or one of its cells asks for it."""
    name, told = resource.table.name, len(loaded.findings)
    tell = Teller(resource, loaded.findings)
    for path, file in zip(resource.reading.paths, resource.reading.files, strict=True):
        if not path.exists():
            hint = "Add it, or take its resource out of datapackage.json."
            tell("file/missing", None, None, f"The file {file} does not exist.", hint, file=file)
    if len(loaded.findings) == told:
        check_integrity(resource, tell)
    told = len(loaded.findings)
    if not resource.reading.plain:
        _load_transcoded(resource, engine, loaded, tell)
        return
    loaded.rows[name] = _load_plain(resource, engine, loaded, tell)
    if shapes := resource.reading.odd:
        odd = " OR ".join(
            f"matches({quote_identifier(column)}, {quote_literal(shape)})" for column, shape in shapes.items()
        )
        if engine.rows(f"SELECT 1 AS odd FROM {quote_identifier(f'_cells_{name}')} WHERE {odd} LIMIT 1"):
            engine.run(f"DROP TABLE {quote_identifier(f'_cells_{name}')}")
            del loaded.findings[told:]
            _load_transcoded(resource, engine, loaded, tell)


def _load_transcoded(resource: Resource, engine: Engine, loaded: Loaded, tell: Teller) -> None:
    count, header = load_transcoded(engine, resource, tell)
    loaded.rows[resource.table.name] = count
    loaded.absent[resource.table.name] = set(resource.table.names) - set(header)


def _load_plain(resource: Resource, engine: Engine, loaded: Loaded, tell: Teller) -> int:
    table = resource.table
    data = _read_bytes(resource) if resource.path.exists() else b""
    text, faults = decode(data)
    items = read(text)
    header: list[str] = []
    records: list[list[str]] = []
    ragged = set()
    for item in items:
        if isinstance(item, Fault):
            faults.append(item)
        elif not header:
            header = item.cells
            check_header(resource, Row(resource.file, item.cells, item.starts), tell)
        else:
            records.append(item.cells)
            if len(item.cells) != len(header):
                ragged.add(len(records))
                tell_ragged(Row(resource.file, item.cells, item.starts), header, tell)
    if not header and resource.path.exists():
        tell("file/header", 1, 1, "The file is empty.", f"Its first line must be the header: {','.join(table.names)}")
    for fault in faults:
        tell(fault.rule, fault.line, fault.column, fault.message, fault.hint)
    loaded.absent[table.name] = set(table.names) - set(header)
    as_it_is = header == list(table.names) and not (faults or ragged or "\r" in text or _GLOB & set(str(resource.path)))
    if as_it_is:
        count = engine.load_csv(f"_cells_{table.name}", table.names, resource.path, numbered=False)
    else:
        count = _load_vetted(engine, resource, header, records, ragged)
    expect(resource, count, len(records))
    return count


def _load_vetted(
    engine: Engine, resource: Resource, header: list[str], records: list[list[str]], ragged: set[int]
) -> int:
    """Hands the engine a clean copy of what could be read, in the columns of the schema."""
    table = resource.table
    places = [header.index(name) if name in header else None for name in table.names]

    def rows() -> Iterator[list[str]]:
        for number, cells in enumerate(records, start=1):
            values = [cells[place] if place is not None and place < len(cells) else "" for place in places]
            sound = "false" if number in ragged else "true"
            yield [str(number), sound, *(value.replace("\0", "") for value in values)]

    return copy_in(engine, table, rows())


def _read_bytes(resource: Resource) -> bytes:
    try:
        return resource.path.read_bytes()
    except OSError as error:
        raise PackageError(f"{resource.path}: cannot be read ({error.strerror or error}).") from error
