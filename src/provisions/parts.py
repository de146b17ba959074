"""A table in several files: each is read as a file by itself, here, or where an engine has it and by as many of its workers as there are.

The first part has the header. A later one may repeat it; otherwise it begins with a record.
"""

from __future__ import annotations

import gzip
import itertools
import shutil
import tempfile
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.csvfile import Record
from provisions.engines import Part, Plan, quote_identifier, quote_literal
from provisions.engines.duck import DuckEngine
from provisions.errors import PackageError
from provisions.limits import limits, raised
from provisions.loading import Places, count_in_file, load_file, locate_in_file
from provisions.telling import Teller, Told
from provisions.transcode import load_transcoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from provisions.engines import Engine, HeldRow
    from provisions.limits import Limits
    from provisions.resources import Resource

_HEADER = "file/header"


@dataclass(frozen=True)
class PartRead:
    """What was read of a part elsewhere: its records, and what is to be told of it."""

    count: int
    told: Told


def load_parts(engine: Engine, resource: Resource, plan: Plan, tell: Teller) -> tuple[int, list[str]]:
    """Loads the files of a resource one after the other, as one table; returns its records and its header."""
    name = resource.table.name
    counts: list[int] = []
    header: list[str] | None = None
    for number, part in enumerate(_parts_of(resource)):
        of_part = Teller(part, tell.told.limit)
        renamed = replace(part, table=replace(part.table, name=f"{name}/{number}"))  # no table has a slash in its name
        first, header = header, header if header is not None else locate_in_file(part, ()).header
        counts.append(_load_part(engine, renamed, first, plan, of_part))
        tell.told.add(of_part.told)
    before = itertools.accumulate(counts[:-1], initial=0)
    engine.gather(f"_cells_{name}", {f"_cells_{name}/{n}": rows for n, rows in enumerate(before)}, plan)
    return sum(counts), header or []


def load_held_parts(
    engine: Engine, resource: Resource, parts: Sequence[Part], plan: Plan, tell: Teller
) -> tuple[int, list[str]]:
    """Has the engine’s workers read CSV files that it has by itself, and loads them as one table, with the columns that stand
    in the names of their folders; returns its records and its columns.
    """
    names = resource.table.names
    within = _within(resource, parts[0].values)
    if not within.reading.usual and parts[0].values:
        raise PackageError(
            f"{engine.held[resource.table.name]}: {resource.table.name} has columns in the names of folders; "
            "that is understood of CSV in UTF-8 with commas alone."
        )
    for extra in [name for name in parts[0].values if name not in names]:
        message = f"The table has no column “{extra}”, as the names of its folders say."
        tell("file/header", None, None, message, f"The columns are: {', '.join(names)}.", extra, file=parts[0].address)
    (header,) = engine.map_parts(parts[:1], partial(_read_header, within, limits()))
    judged = bool(plan.flags)
    first = partial(_read_part, within, None, tell.told.limit, limits(), judged)
    later = partial(_read_part, within, header, tell.told.limit, limits(), judged)
    found: list[PartRead] = engine.map_parts(parts, _FirstThenLater(parts[0].address, first, later))
    for each in found:
        tell.told.add(each.told)
    if resource.table.transcoded:
        plan = replace(plan, keep=("_unread", *plan.keep))
    engine.load_parts(resource.table.name, names, parts, [each.count for each in found], plan)
    return sum(each.count for each in found), [*header, *parts[0].values]


def locate(resource: Resource, rows: Iterable[int]) -> Places:
    """Finds the records of those numbers in the file, or the files, of a resource."""
    if not resource.reading.usual or len(resource.reading.paths) < 2:
        return locate_in_file(resource, rows)
    wanted, before = set(rows), 0
    found = Places([], {})
    last = max(wanted, default=0)
    for number, part in enumerate(_parts_of(resource)):
        own = locate_in_file(part, ()).header
        header = own if number == 0 else found.header
        places = _locate_part(part, header, {row - before for row in wanted if row > before})
        found.records.update({before + row: record for row, record in places.records.items()})
        found.files.update(dict.fromkeys((before + row for row in places.records), part.file))
        found = Places(header, found.records, found.files)
        if last <= before + max(places.records, default=0):
            break
        before += max(count_in_file(part) - (own == header), 0)
    return found


def locate_held_parts(engine: Engine, resource: Resource, rows: Mapping[int, HeldRow]) -> Places:
    """Finds records of CSV files that the engine has by itself, of which it knows the files and their numbers there."""
    parts = {part.address: part for part in engine.list_parts(resource.table.name)}
    within = _within(resource, next(iter(parts.values())).values)
    files = sorted({row.file for row in rows.values()})
    (header,) = engine.map_parts([next(iter(parts.values()))], partial(_read_header, within, limits()))
    numbers = {file: {row.number for row in rows.values() if row.file == file} for file in files}
    places = engine.map_parts([parts[file] for file in files], partial(_find_part, within, header, limits(), numbers))
    of_file = dict(zip(files, places, strict=True))
    records = {}
    for number, row in rows.items():
        record = of_file[row.file].records[row.number]
        values = [value or "" for value in parts[row.file].values.values()]
        records[number] = Record(record.cells[: len(header)] + values, record.starts)
        if len(record.cells) == len(header):
            records[number] = Record([*record.cells, *values], [*record.starts, *record.starts[:1] * len(values)])
    names = [*header, *next(iter(parts.values())).values]
    return Places(names, records, {number: row.file for number, row in rows.items()})


def _parts_of(resource: Resource) -> Iterator[Resource]:
    reading = resource.reading
    for file, path in zip(reading.files, reading.paths, strict=True):
        yield _as_part(resource, file, path)


def _as_part(resource: Resource, file: str, path: Path) -> Resource:
    return replace(
        resource, file=file, reading=replace(resource.reading, files=(file,), paths=(path,)), bytes=None, hash=None
    )


def _within(resource: Resource, columns: Mapping[str, str | None]) -> Resource:
    """The resource as its parts are read: unpacked, and without columns that do not stand in them."""
    table, reading = resource.table, resource.reading
    return replace(
        resource,
        table=replace(
            table,
            columns=tuple(column for column in table.columns if column.name not in columns),
            primary_key=tuple(name for name in table.primary_key if name not in columns),
        ),
        reading=replace(
            reading,
            names=tuple(name for name in reading.names if name not in columns),
            fields=tuple(each for each in reading.fields if each.name not in columns),
            compression="",
        ),
    )


def _load_part(engine: Engine, part: Resource, header: Sequence[str] | None, plan: Plan, tell: Teller) -> int:
    """Loads a part into a table of its own; returns its records. `header` is that of the first, None for the first itself."""
    if header is None:
        return load_file(engine, part, plan, tell)[0]
    if locate_in_file(part, ()).header == list(header):
        count, _ = load_file(engine, part, plan, tell)
    else:
        count, _ = load_transcoded(engine, _headless(part, header), plan, tell)
    del tell.told.counts[_HEADER]  # it was told of the first
    tell.told.findings[:] = [finding for finding in tell.told.findings if finding.rule != _HEADER]
    return count


def _locate_part(part: Resource, header: list[str], rows: set[int]) -> Places:
    if locate_in_file(part, ()).header == header:
        return locate_in_file(part, rows)
    return locate_in_file(_headless(part, header), rows)


def _headless(part: Resource, header: Sequence[str]) -> Resource:
    return replace(part, reading=replace(part.reading, header=tuple(header)))


# What follows runs where the part is, perhaps on another machine.


@dataclass(frozen=True)
class _FirstThenLater:
    """Does one thing with the first part, and another with all others."""

    address: str
    first: partial[PartRead]
    later: partial[PartRead]

    def __call__(self, address: str, path: Path, to: Path) -> PartRead:
        return (self.first if address == self.address else self.later)(address, path, to)


def _read_header(resource: Resource, bounds: Limits, address: str, path: Path, to: Path) -> list[str]:  # noqa: ARG001  as all work on parts
    with raised(asdict(bounds)), _unpacked(resource, address, path) as part:
        return locate_in_file(part, ()).header


def _read_part(
    resource: Resource,
    header: list[str] | None,
    limit: int,
    bounds: Limits,
    judged: bool,
    address: str,
    path: Path,
    to: Path,
) -> PartRead:
    """Reads a part into a Parquet file `to`: `_file`, `_number`, `_sound`, `_unread`, and its cells."""
    names = resource.table.names
    with raised(asdict(bounds)), _unpacked(resource, address, path) as part, closing(DuckEngine(small=True)) as engine:
        tell = Teller(part, limit)
        # With a flag it is read as for being judged, without one as for its values.
        count = _load_part(engine, part, header, Plan(names, ("FALSE",) if judged else ()), tell)
        table = quote_identifier(f"_cells_{resource.table.name}")
        columns = {row["column_name"] for row in engine.rows(f"DESCRIBE {table}")}
        unread = "_unread" if "_unread" in columns else "'/'"
        cells = "".join(f", {quote_identifier(name)}" for name in names)
        engine.write(
            f"SELECT {quote_literal(address)} AS _file, _row AS _number, _sound, {unread} AS _unread{cells} FROM {table}",
            to,
        )
    return PartRead(count, tell.told)


def _find_part(
    resource: Resource,
    header: list[str],
    bounds: Limits,
    numbers: Mapping[str, set[int]],
    address: str,
    path: Path,
    to: Path,  # noqa: ARG001  as all work on parts
) -> Places:
    with raised(asdict(bounds)), _unpacked(resource, address, path) as part:
        return _locate_part(part, header, numbers[address])


@contextmanager
def _unpacked(resource: Resource, address: str, path: Path) -> Iterator[Resource]:
    """The part as a file that is not packed."""
    if not address.endswith(".gz"):
        yield _as_part(resource, address, path)
        return
    with tempfile.TemporaryDirectory(prefix="provisions-") as folder:
        plain = Path(folder) / "part.csv"
        try:
            with gzip.open(path) as packed, plain.open("wb") as file:
                shutil.copyfileobj(packed, file)
        except (OSError, EOFError) as error:
            raise PackageError(f"{address}: cannot be unpacked ({error}).") from error
        yield _as_part(resource, address, plain)
