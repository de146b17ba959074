"""Merges sheets into the tables of a package: judged before anything is written, and written whole or not at all."""

from __future__ import annotations

import bisect
import dataclasses
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.canonical import Place, Row, finish, read_rows, replace_files, write_rows
from provisions.engines.duck import DuckEngine
from provisions.errors import PackageError
from provisions.model import Finding, Report, Severity
from provisions.schema import standard_tables
from provisions.sheets.reading import Sheet, read_sheet
from provisions.sheets.rows import make_rows
from provisions.sheets.shape import SHARED, key_of
from provisions.validation import DEFAULT_LIMIT, validate_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from provisions.manifest import Manifest

Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Change:
    """What becomes of a row: `added`, `changed` in these columns, or `removed`."""

    table: str
    key: str
    kind: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Addition:
    """What adding sheets to a package comes to.

    `findings` are those on the package as it would be; a row that came from a sheet is told at its place there, by the
    path of the sheet, any other at its place in the CSV. `written` says whether the changes were made.
    """

    treaties: tuple[str, ...]
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    errors: int
    warnings: int
    written: bool


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
    if not dry_run:
        _finish(folder)
    before = {name: read_rows(path, standard_tables()[name]) for name, path in files.items()}
    seen = {name: path.read_bytes() for name, path in files.items()}
    sheets, findings = _read(paths)
    if findings:
        return _refused(sheets, findings, limit)
    after = dict(before)
    for sheet in sheets:
        after = _merge(after, sheet, findings)
    after = _without_orphans(before, after)
    changes = tuple(_compare(before, after))
    texts = {}
    origins = {}
    for name in files:
        text, rows, starts = write_rows(after[name], standard_tables()[name])
        origins[name] = (starts, rows)
        if any(change.table == name for change in changes):
            texts[name] = text
    try:
        with tempfile.TemporaryDirectory(prefix=".add-", dir=None if dry_run else folder) as building:
            staged = Path(building) / "tables"
            staged.mkdir()
            for name, text in texts.items():
                (staged / files[name].name).write_bytes(text.encode("utf-8", errors="surrogatepass"))
            report = _judge(manifest, {name: staged / files[name].name for name in texts}, limit)
            findings += _place(report.findings, origins, manifest)
            written = report.ok and not findings_of_error(findings) and not dry_run and bool(texts)
            if written:
                if any(path.read_bytes() != seen[name] for name, path in files.items()):
                    raise PackageError(
                        f"{folder}: was changed by someone else meanwhile; nothing was written. Add again."
                    )
                replace_files(folder, {files[name].name: text for name, text in texts.items()}, staged)
    except OSError as error:
        raise PackageError(f"{folder}: cannot be written ({error.strerror or error}).") from error
    told = Counter(finding.severity for finding in findings if finding.rule.startswith("sheet/"))
    return Addition(
        treaties=tuple(sheet.treaty.cells["id"] for sheet in sheets),
        changes=changes,
        findings=tuple(findings),
        errors=report.errors + told[Severity.ERROR],
        warnings=report.warnings,
        written=written,
    )


def findings_of_error(findings: Iterable[Finding]) -> bool:
    """Whether one of the findings is of level error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


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
    return "/".join(row.cells[name] for name in standard_tables()[table].primary_key)


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


def _finish(folder: Path) -> None:
    try:
        finish(folder)
    except OSError as error:
        raise PackageError(f"{folder}: cannot be written ({error.strerror or error}).") from error


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


def _refused(sheets: list[Sheet], findings: list[Finding], limit: int) -> Addition:
    treaties = tuple(sheet.treaty.cells["id"] for sheet in sheets if sheet.treaty.cells.get("id"))
    return Addition(treaties, (), tuple(findings[:limit]), len(findings), 0, written=False)


def _fault(rule: str, table: str, message: str, hint: str, place: Place) -> Finding:
    return Finding(f"sheet/{rule}", Severity.ERROR, table, message, place.file, place.line, place.column, hint=hint)


def _merge(tables: Tables, sheet: Sheet, findings: list[Finding]) -> Tables:
    """The tables with a sheet merged in; what contradicts another sheet is told."""
    old = own_rows(tables, sheet.treaty.cells["id"])
    gone = {id(row) for rows in old.values() for row in rows}
    stay = {name: [row for row in rows if id(row) not in gone] for name, rows in tables.items()}
    new = make_rows(sheet, old, stay)
    sources = {row.cells["source_id"] for row in new.get("passages", ())}
    stay["passages"] = [row for row in stay["passages"] if row.cells["source_id"] not in sources]
    for name in standard_tables():
        if name in SHARED:
            stay[name] = _update(stay[name], new.get(name, []), name, findings)
        else:
            stay[name] = stay[name] + new.get(name, [])
    return stay


def _update(rows: list[Row], given: list[Row], table: str, findings: list[Finding]) -> list[Row]:
    """Shared rows, with what a sheet gives of them added or corrected."""
    places = {row.cells["id"]: number for number, row in enumerate(rows)}
    rows = list(rows)
    for row in given:
        key = row.cells.get("id", "")
        empty = dict.fromkeys(standard_tables()[table].names, "")
        if key not in places:
            places[key] = len(rows)
            rows.append(Row(empty | row.cells, row.place, row.places))
            continue
        known = rows[places[key]]
        for column, value in row.cells.items():
            if column in known.places and known.cells[column] != value:
                other = known.places[column]
                message = f"“{key_of(column)}” of “{key}” is “{value}” here and “{known.cells[column]}” at {other.file}:{other.line}."
                findings.append(_fault("conflict", table, message, "Say it once, or alike.", row.places[column]))
        rows[places[key]] = Row(known.cells | row.cells, row.place, known.places | row.places)
    return rows


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
    changes = []
    for name, table in standard_tables().items():
        if name not in before:
            continue
        old: dict[str, list[Row]] = defaultdict(list)
        new: dict[str, list[Row]] = defaultdict(list)
        for rows, by_key in ((before[name], old), (after[name], new)):
            for row in rows:
                by_key[_key(row, name)].append(row)
        for key in sorted({*old, *new}):
            was, now = old[key], new[key]
            if len(was) == len(now) == 1:
                columns = tuple(column for column in table.names if was[0].cells[column] != now[0].cells[column])
                changes += [Change(name, key, "changed", columns)] if columns else []
            else:
                kind = "added" if len(now) > len(was) else "removed" if len(now) < len(was) else "changed"
                if [row.cells for row in was] != [row.cells for row in now]:
                    changes += [Change(name, key, kind)] * max(1, abs(len(now) - len(was)))
    return changes


def _judge(manifest: Manifest, staged: dict[str, Path], limit: int) -> Report:
    """The verdict on the package as it would be with the staged files."""
    resources = tuple(
        dataclasses.replace(each, reading=dataclasses.replace(each.reading, paths=(staged[each.table.name],)))
        if each.table.name in staged
        else each
        for each in manifest.resources
    )
    engine = DuckEngine()
    try:
        return validate_manifest(dataclasses.replace(manifest, resources=resources), engine, limit)
    finally:
        engine.close()


def _place(
    findings: Iterable[Finding], origins: dict[str, tuple[list[int], list[Row]]], manifest: Manifest
) -> list[Finding]:
    """The findings, each told where its row was written."""
    placed = []
    for finding in findings:
        starts, rows = origins.get(finding.table, ([], []))
        number = bisect.bisect_right(starts, finding.line or 0) - 1
        row = rows[number] if number >= 0 else None
        if row and row.place:
            place = row.places.get(finding.field or "", row.place)
            placed.append(dataclasses.replace(finding, file=place.file, line=place.line, column=place.column))
        else:
            file = str(manifest.root / finding.file) if finding.file else None
            placed.append(dataclasses.replace(finding, file=file))
    return sorted(placed, key=lambda finding: (finding.file or "", finding.line or 0, finding.column or 0))
