"""Bytes → tables of text cells in the engine, with findings about the files themselves; afterwards, record → line and column.

A table of text cells is named `_cells_<table>` and begins with `_row` (number of the record, from 1) and `_sound`
(false where the record has too few or too many cells, so that its cells are not judged one by one).
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import itertools
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.csvfile import Fault, Record, decode, read
from provisions.engines import Plan, quote_identifier
from provisions.errors import EngineError, EngineMemoryError, PackageError
from provisions.model import Finding, Severity
from provisions.vetting import MIN_BYTES, count_records, find_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from provisions.engines import Engine
    from provisions.manifest import Manifest, Resource

# Characters that DuckDB's reader takes for a pattern of file names.
_GLOB = set("*?[]{}")


@dataclass(frozen=True)
class Loaded:
    """What was read: records per table, findings about the files, and the columns that a file lacks."""

    rows: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    absent: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Places:
    """Where records stand in a file: its header, and the records that were asked for, by number."""

    header: list[str]
    records: dict[int, Record]

    def position(self, row: int | None, column: str | None) -> tuple[int | None, int | None]:
        """Physical line and character of a cell of a record, both from 1; of the record, where the cell is not there."""
        if row is None and self.header:
            return 1, 1  # no record to point at: the header
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


def load(manifest: Manifest, engine: Engine, plans: Mapping[str, Plan]) -> Loaded:
    """Reads every table of the package into the engine, each by its plan; without one, all columns are kept.

    Raises `PackageError` for a file that cannot be opened.
    """
    loaded = Loaded()
    for resource in manifest.resources:
        plan = plans.get(resource.table.name, Plan(resource.table.names))
        loaded.rows[resource.table.name] = _load_table(resource, engine, plan, loaded)
    return loaded


def locate(resource: Resource, rows: Iterable[int]) -> Places:
    """Finds the records of those numbers in their file."""
    wanted = set(rows)
    if not resource.path.exists():
        return Places([], {})
    if _is_large(resource.path) and count_records(resource.path) is not None:
        return _locate_fast(resource.path, wanted)
    text, _ = decode(_read_bytes(resource))
    records = (item for item in read(text) if isinstance(item, Record))
    header = next(records, Record([], []))
    last = max(wanted, default=0)
    found = {n: record for n, record in enumerate(itertools.islice(records, last), start=1) if n in wanted}
    return Places(header.cells, found)


def _locate_fast(path: Path, wanted: set[int]) -> Places:
    records: dict[int, Record] = {}
    with path.open("rb") as file:
        for number, place in find_records(path, {0, *wanted}).items():
            file.seek(place.first)
            text = file.read(place.after - place.first).decode("utf-8", errors="replace")
            record = next(item for item in read(text) if isinstance(item, Record))
            starts = [(line + place.line - 1, column) for line, column in record.starts]
            records[number] = Record(record.cells, starts)
    return Places(records.pop(0).cells, records)


def _load_table(resource: Resource, engine: Engine, plan: Plan, loaded: Loaded) -> int:
    """Loads one table; returns its records."""
    tell = _Teller(resource, loaded.findings)
    if not resource.path.exists():
        hint = "Add it, or take its resource out of datapackage.json."
        tell("file/missing", None, None, f"The file {resource.file} does not exist.", hint)
        return _load_vetted(engine, resource, plan, "", set(), 0)
    _check_integrity(resource, tell)
    count = _load_fast(engine, resource, plan) if _is_large(resource.path) else None
    return _load_exactly(engine, resource, plan, loaded, tell) if count is None else count


def _load_fast(engine: Engine, resource: Resource, plan: Plan) -> int | None:
    """Lets the engine read a large file that is surely well-formed; None where it is not, and is to be read exactly."""
    with resource.path.open("rb") as file:
        header = file.readline(1 << 20).rstrip(b"\r\n")
    if header != ",".join(resource.table.names).encode() or _GLOB & set(str(resource.path)):
        return None
    plan = _touch_every_column(resource, plan)
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(count_records, resource.path)
        try:
            count = engine.load_csv(
                f"_cells_{resource.table.name}", resource.table.names, resource.path, plan, numbered=False
            )
        except EngineMemoryError:
            raise
        except EngineError:
            return None  # what it stumbled over is told by the exact reader, with its place
        if counting.result() == count:
            return count
    engine.run(f"DROP TABLE {quote_identifier(f'_cells_{resource.table.name}')}")
    return None


def _touch_every_column(resource: Resource, plan: Plan) -> Plan:
    """The plan with a look at each column that nothing else asks for: else bytes that are not UTF-8 would go unseen."""
    names = [quote_identifier(name) for name in resource.table.names if name not in plan.keep]
    unseen = [name for name in names if not any(name in predicate for predicate in plan.flags)]
    return replace(plan, flags=(*plan.flags, *(f"COALESCE({name} = chr(0), FALSE)" for name in unseen)))


def _load_exactly(engine: Engine, resource: Resource, plan: Plan, loaded: Loaded, tell: _Teller) -> int:
    """Reads a file record by record, telling every fault; what can be read is loaded all the same."""
    table = resource.table
    text, faults = decode(_read_bytes(resource))
    header: list[str] = []
    count, longest = 0, 0
    ragged = set()
    for item in read(text):
        if isinstance(item, Fault):
            faults.append(item)
        elif not header:
            header = item.cells
            _check_header(resource, item, tell)
        else:
            count += 1
            longest = max(longest, sum(map(len, item.cells)))
            if len(item.cells) != len(header):
                ragged.add(count)
                _tell_ragged(item, header, tell)
    if not header:
        hint = f"Its first line must be the header: {','.join(table.names)}"
        tell("file/header", 1, 1, "The file is empty.", hint)
    for fault in faults:
        tell(fault.rule, fault.line, fault.column, fault.message, fault.hint)
    loaded.absent[table.name] = set(table.names) - set(header)
    as_it_is = header == list(table.names) and not (faults or ragged or "\r" in text or _GLOB & set(str(resource.path)))
    size = 8 * longest + 1024  # at most, in UTF-8 and with every character a doubled quote
    if as_it_is:
        name = f"_cells_{table.name}"
        read_by_engine = engine.load_csv(name, table.names, resource.path, plan, numbered=False, longest=size)
    else:
        read_by_engine = _load_vetted(engine, resource, plan, text, ragged, size)
    if read_by_engine != count:
        raise EngineError(
            f"{resource.file}: the engine read {read_by_engine} records of {count}. "
            "This is a fault of ours; please report it."
        )
    return count


def _load_vetted(engine: Engine, resource: Resource, plan: Plan, text: str, ragged: set[int], longest: int) -> int:
    """Hands the engine a clean copy of what can be read, in the columns of the schema."""
    table = resource.table
    records = (item.cells for item in read(text) if isinstance(item, Record))
    header = next(records, [])
    places = [header.index(name) if name in header else None for name in table.names]
    with tempfile.TemporaryDirectory(prefix="provisions-") as folder:
        path = Path(folder) / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writerow(["_row", "_sound", *table.names])
            for number, cells in enumerate(records, start=1):
                values = [cells[place] if place is not None and place < len(cells) else "" for place in places]
                sound = "false" if number in ragged else "true"
                writer.writerow([number, sound, *(value.replace("\0", "") for value in values)])
        return engine.load_csv(f"_cells_{table.name}", table.names, path, plan, numbered=True, longest=longest)


def _is_large(path: Path) -> bool:
    return path.exists() and path.stat().st_size >= MIN_BYTES


def _read_bytes(resource: Resource) -> bytes:
    try:
        return resource.path.read_bytes()
    except OSError as error:
        raise PackageError(f"{resource.path}: cannot be read ({error.strerror or error}).") from error


class _Teller:
    """Collects findings about one file."""

    def __init__(self, resource: Resource, findings: list[Finding]) -> None:
        self.resource, self.findings = resource, findings

    def __call__(
        self, rule: str, line: int | None, column: int | None, message: str, hint: str, value: str | None = None
    ) -> None:
        self.findings.append(
            Finding(
                rule=rule,
                severity=Severity.ERROR,
                table=self.resource.table.name,
                file=self.resource.file,
                line=line,
                column=column,
                message=message,
                hint=hint,
                value=value,
            )
        )


def _check_integrity(resource: Resource, tell: _Teller) -> None:
    hint = "The file was changed after the descriptor was written, or was not copied whole."
    size = resource.path.stat().st_size
    if resource.bytes is not None and resource.bytes != size:
        tell("file/bytes", None, None, f"The file has {size} bytes; the descriptor says {resource.bytes}.", hint)
    if resource.hash is not None:
        algorithm, _, expected = resource.hash.rpartition(":")
        if algorithm != "sha256":
            raise PackageError(
                f"{resource.file}: the hash {resource.hash!r} is not supported; write sha256:<64 hexadecimal digits>."
            )
        with resource.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != expected.lower():
            tell("file/hash", None, None, f"The file has the SHA-256 {digest}; the descriptor says {expected}.", hint)


def _check_header(resource: Resource, record: Record, tell: _Teller) -> None:
    names, header = resource.table.names, record.cells
    if tuple(header) == names:
        return
    missing = [name for name in names if name not in header]
    wrong = False
    for cell, (line, column) in zip(header, record.starts, strict=True):
        if header.count(cell) > 1:
            tell(
                "file/header",
                line,
                column,
                f"The column “{cell}” stands twice in the header.",
                "Delete or rename one of the two.",
                cell,
            )
            wrong = True
        elif cell not in names:
            near = difflib.get_close_matches(cell, missing, 1)
            hint = f"Did you mean “{near[0]}”?" if near else f"The columns are: {', '.join(names)}."
            tell("file/header", line, column, f"The table has no column “{cell}”.", hint, cell)
            wrong = True
    for name in missing:
        tell(
            "file/header",
            record.line,
            1,
            f"The column “{name}” is missing.",
            f"The header must be: {','.join(names)}",
            name,
        )
    if not missing and not wrong:
        tell(
            "file/header",
            record.line,
            1,
            "The columns stand in another order than in the schema.",
            f"The header must be: {','.join(names)}",
        )


def _tell_ragged(record: Record, header: list[str], tell: _Teller) -> None:
    have, need = len(record.cells), len(header)
    if have < need:
        missing = ", ".join(f"`{name}`" for name in header[have:])
        line, column = record.starts[-1]
        message = f"The row has {have} cells, the header {need}: nothing is left for {missing}."
    else:
        line, column = record.starts[need]
        message = f"The row has {have} cells, the header {need}; the first one too many is “{record.cells[need]}”."
    tell(
        "file/ragged-row", line, column, message, "Look for a missing or extra comma; quote a cell that holds a comma."
    )
