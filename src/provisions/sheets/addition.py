"""Merges sheets into the tables of a package: judged before anything is written, and written whole or not at all."""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.canonical import Place, Row, read_rows, write_rows
from provisions.csvfile import Record
from provisions.differences import Change, compare_rows
from provisions.engines.duck import DuckEngine
from provisions.errors import PackageError
from provisions.findings import MAX_SHOWN
from provisions.formatting import settle
from provisions.loading import Places
from provisions.model import Finding, Report, Severity
from provisions.parts import locate
from provisions.replacing import replace_files
from provisions.schema import standard_tables
from provisions.sheets.reading import Sheet, read_sheet
from provisions.sheets.rows import make_rows
from provisions.sheets.shape import SHARED, key_of
from provisions.validation import DEFAULT_LIMIT, validate_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from provisions.manifest import Manifest, Resource

Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Addition:
    """What adding sheets to a package comes to.

    `report` is the verdict on the package as it would be; where a sheet itself is at fault, it has what is wrong with the
    sheets alone. A row that came from a sheet is told at its place there, by the path of the sheet, any other at its place
    in the CSV as it stands. `written` says whether the changes were made.
    """

    treaties: tuple[str, ...]
    changes: tuple[Change, ...]
    report: Report
    written: bool = False


def add_sheets(
    manifest: Manifest, paths: Sequence[Path], *, dry_run: bool = False, limit: int = DEFAULT_LIMIT
) -> Addition:
    """Adds sheets to a package, or replaces what it has of their treaties, if that leaves no finding of level error.

    Rows of these treaties that are not in the sheets are removed. Parties, speakers, sources and categories are shared:
    they are added, and corrected in what a sheet gives; a source or speaker that nothing cites any more is removed.
    Raises `PackageError` where the package cannot be read without loss or cannot be written.
    """
    files = table_files(manifest)
    folder = manifest.root
    for path in files.values():
        if path.suffix != ".csv" or path.parent.resolve() != folder.resolve():
            raise PackageError(f"{path}: cannot be added to; it must lie beside the descriptor, as .csv.")
    settle(manifest, dry_run=dry_run)
    seen = {path.name: _bytes(path) for path in files.values()}
    before = {name: read_rows(path, standard_tables()[name]) for name, path in files.items()}
    sheets, findings = _read(paths)
    treaties = tuple(sheet.treaty.cells["id"] for sheet in sheets if sheet.treaty.cells.get("id"))
    after = before
    if not findings:
        for sheet in sheets:
            after = _merge(after, sheet, findings)
    if findings:
        return Addition(treaties, (), _refuse(manifest, findings, limit))
    after = _without_orphans(before, after)
    changes = tuple(_compare(before, after))
    touched = {change.table for change in changes}
    written = {name: write_rows(rows, standard_tables()[name]) for name, rows in after.items()}
    with tempfile.TemporaryDirectory(prefix="provisions-") as building:
        staged = {name: Path(building) / files[name].name for name in touched}
        for name, path in staged.items():
            path.write_bytes(written[name][0].encode())
        report = _judge(manifest, staged, {name: rows for name, (_, rows) in written.items()}, limit)
    if dry_run or not (report.ok and touched):
        return Addition(treaties, changes, report)
    replace_files(folder, seen, {files[name].name: written[name][0].encode() for name in touched})
    return Addition(treaties, changes, report, written=True)


def own_rows(tables: Tables, treaty_id: str) -> Tables:
    """The rows that belong to a treaty, and go when it goes: those of the sheet that are not shared."""
    mine: Tables = {"treaties": [row for row in tables["treaties"] if row.cells["id"] == treaty_id]}
    for name in ("identifiers", "actions", "provisions"):
        mine[name] = [row for row in tables[name] if row.cells["treaty_id"] == treaty_id]
    mine["relations"] = [row for row in tables["relations"] if row.cells["from_treaty_id"] == treaty_id]
    provisions = {row.cells["id"] for row in mine["provisions"]}
    actions = {row.cells["id"] for row in mine["actions"]}
    for name in ("roles", "conditions"):
        mine[name] = [row for row in tables[name] if row.cells["provision_id"] in provisions]
    mine["statements"] = [
        row
        for row in tables["statements"]
        if row.cells["treaty_id"] == treaty_id
        or (
            not row.cells["treaty_id"]
            and (row.cells["provision_id"] in provisions or row.cells["action_id"] in actions)
        )
    ]
    keys = {(name, _key(row, name)) for name, rows in mine.items() for row in rows}
    mine["waivers"] = [row for row in tables["waivers"] if (row.cells["table"], row.cells["key"]) in keys]
    return mine


def _key(row: Row, table: str) -> str:
    return "/".join(row.cells.get(name, "") for name in standard_tables()[table].primary_key)


def table_files(manifest: Manifest) -> dict[str, Path]:
    """The CSV files of the tables of this project. Raises `PackageError` where the package lacks one."""
    files = {}
    for resource in manifest.resources:
        table = standard_tables().get(resource.table.name)
        if table is not None and set(table.names) == set(resource.table.names) and resource.reading.plain:
            files[resource.table.name] = resource.path
    if missing := sorted(set(standard_tables()) - set(files)):
        raise PackageError(
            f"{manifest.shown}: not a package of treaties; it lacks the table {missing[0]!r}, as plain CSV."
        )
    return files


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackageError(f"{path}: cannot be read ({error.strerror or error}).") from error


def _read(paths: Sequence[Path]) -> tuple[list[Sheet], list[Finding]]:
    sheets, findings = [], []
    seen: dict[str, str] = {}
    for path in paths:
        sheet, found = read_sheet(path)
        findings += found
        key = sheet.treaty.cells.get("id", "")
        if key and key in seen:
            message = f"The treaty “{key}” has a sheet already: {seen[key]}."
            findings.append(
                _fault("treaty-twice", "treaties", message, "Add one sheet a treaty.", sheet.treaty.places["id"])
            )
        seen.setdefault(key, sheet.file)
        sheets.append(sheet)
    return sheets, findings


def _refuse(manifest: Manifest, findings: list[Finding], limit: int) -> Report:
    """What is wrong with the sheets, where that leaves no package to judge."""
    counts = Counter(finding.rule for finding in findings)
    return Report(
        name=manifest.name,
        version=manifest.version,
        path=manifest.shown,
        engine=DuckEngine.name,
        errors=len(findings),
        warnings=0,
        waived=0,
        by_rule=dict(sorted(counts.items())),
        rows={},
        findings=tuple(sorted(findings, key=_order)[:limit]),
        seconds=0.0,
        truncated={"sheet": len(findings) - limit} if len(findings) > limit else {},
    )


def _fault(rule: str, table: str, message: str, hint: str, place: Place) -> Finding:
    return Finding(f"sheet/{rule}", Severity.ERROR, table, message, place.file, place.line, place.column, hint=hint)


def _merge(tables: Tables, sheet: Sheet, findings: list[Finding]) -> Tables:
    """The tables with a sheet merged in; what contradicts another sheet is told."""
    old = own_rows(tables, sheet.treaty.cells["id"])
    gone = {id(row) for rows in old.values() for row in rows}
    stay = {name: [row for row in rows if id(row) not in gone] for name, rows in tables.items()}
    new = make_rows(sheet, old, stay)
    sources = {row.cells["source_id"] for row in new.get("passages", ())}
    stay["passages"] = [row for row in stay["passages"] if row.place or row.cells["source_id"] not in sources]
    for name in standard_tables():
        if name in (*SHARED, "passages", "waivers"):
            stay[name] = _update(stay[name], new.get(name, []), name, findings)
        else:
            stay[name] = stay[name] + new.get(name, [])
    return stay


def _update(rows: list[Row], given: list[Row], table: str, findings: list[Finding]) -> list[Row]:
    """Rows by key, with what a sheet gives of them added or corrected; what was given otherwise before is told twice."""
    rows = list(rows)
    numbers = {_key(row, table): number for number, row in enumerate(rows)}
    empty = dict.fromkeys(standard_tables()[table].names, "")
    for row in given:
        key = _key(row, table)
        if key not in numbers:
            numbers[key] = len(rows)
            rows.append(Row(empty | row.cells, row.place, row.places))
            continue
        known = rows[numbers[key]]
        for column, value in row.cells.items():
            before = known.cells[column]
            if column in known.places and column in row.places and before not in ("", value):
                here, there = row.places[column], known.places[column]
                findings.append(_conflict(table, column, key, (value, here), (before, there)))
                findings.append(_conflict(table, column, key, (before, there), (value, here)))
        given_places = {column: place for column, place in row.places.items() if column in row.cells}
        rows[numbers[key]] = Row(known.cells | row.cells, row.place, known.places | given_places)
    return rows


def _conflict(table: str, column: str, key: str, here: tuple[str, Place], there: tuple[str, Place]) -> Finding:
    (value, place), (other, elsewhere) = here, there
    message = f"“{key_of(column)}” of “{key}” is “{_short(value)}” here and “{_short(other)}” at {elsewhere.file}:{elsewhere.line}."
    return _fault("conflict", table, message, "Say it once, or alike.", place)


def _short(value: str) -> str:
    return value if len(value) <= MAX_SHOWN else value[: MAX_SHOWN - 1] + "…"


def _without_orphans(before: Tables, after: Tables) -> Tables:
    """Without the sources and speakers that statements or copies referred to before, and nothing does now."""
    held = {row.cells["source_id"] for row in after["passages"]}
    was = _cited(before)
    while True:
        cited = _cited(after)
        kept = {
            name: [
                row
                for row in after[name]
                if row.place or (name, key := row.cells["id"]) in cited or (name, key) not in was or key in held
            ]
            for name in ("sources", "speakers")
        }
        if all(len(kept[name]) == len(after[name]) for name in kept):
            return after
        after = after | kept


def _cited(tables: Tables) -> set[tuple[str, str]]:
    cited = {("sources", row.cells["source_id"]) for row in tables["statements"]}
    cited |= {("speakers", row.cells["speaker_id"]) for row in tables["statements"]}
    return cited | {("sources", row.cells["origin_id"]) for row in tables["sources"]}


def _compare(before: Tables, after: Tables) -> list[Change]:
    return [
        change
        for name, table in standard_tables().items()
        if name in before
        for change in compare_rows(table, *([row.cells for row in tables[name]] for tables in (before, after)))
    ]


def _judge(manifest: Manifest, staged: dict[str, Path], rows: Tables, limit: int) -> Report:
    """The verdict on the package as it would be with the staged files, each row told where it was written."""
    resources = tuple(
        dataclasses.replace(each, reading=dataclasses.replace(each.reading, paths=(staged[each.table.name],)))
        if each.table.name in staged
        else each
        for each in manifest.resources
    )
    engine = DuckEngine()
    try:
        merged = dataclasses.replace(manifest, resources=resources)
        report = validate_manifest(merged, engine, limit, lambda resource, wanted: _locate(resource, wanted, rows))
    finally:
        engine.close()
    sheets = {row.place.file for table in rows.values() for row in table if row.place}
    findings = [
        finding
        if finding.file is None or finding.file in sheets
        else dataclasses.replace(finding, file=str(manifest.root / finding.file))
        for finding in report.findings
    ]
    return dataclasses.replace(report, findings=tuple(sorted(findings, key=_order)))


def _locate(resource: Resource, wanted: Iterable[int], rows: Tables) -> Places:
    """The places of rows by number: in the sheet that gives them, else in the CSV as it stands."""
    if resource.table.name not in rows:
        return locate(resource, wanted)
    names = resource.table.names
    records, files = {}, {}
    for number in wanted:
        row = rows[resource.table.name][number - 1]
        starts = list(row.starts)
        if row.place:
            places = (row.places.get(name, row.place) for name in names)
            starts = [(place.line, place.column) for place in places]
            files[number] = row.place.file
        records[number] = Record([row.cells[name] for name in names], starts)
    return Places(list(names), records, files)


def _order(finding: Finding) -> tuple[str, int, int, str]:
    return (finding.file or "", finding.line or 0, finding.column or 0, finding.rule)
