"""Rows that a check returned → findings for people: the place in the file, the message with its values, the hint."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from provisions.compile import cells
from provisions.csvfile import Record
from provisions.engines import quote_identifier
from provisions.hints import MAX_CANDIDATES, closest_stretch, did_you_mean
from provisions.loading import Places
from provisions.model import MAX_VALUE, Finding
from provisions.parts import locate, locate_held_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from provisions.engines import Engine
    from provisions.manifest import Manifest, Resource
    from provisions.model import Check

    Locate = Callable[[Resource, Iterable[int]], Places]

MAX_SHOWN = 120
MAX_EXPECTED = 200  # of a list of values
MAX_EXCERPTED = 16 * 1024**2
_NAME_IN_BRACES = re.compile(r"\{([a-z_]+)\}")
Row = dict[str, Any]


def make_findings(
    manifest: Manifest, engine: Engine, found: list[tuple[Check, Row]], locate: Locate = locate
) -> list[Finding]:
    """A finding for each row; files are read once more, and only those that something was found in.

    `locate` gives the places of records by their numbers, where their rows were written elsewhere than in the files.
    """
    resources = {resource.table.name: resource for resource in manifest.resources}
    wanted: dict[str, set[int]] = defaultdict(set)
    for check, row in found:
        wanted[check.table] |= {row[name] for name in ("_row", "other_row") if row.get(name)}
    places = {
        table: _find_held(engine, resources[table], rows) if table in engine.held else locate(resources[table], rows)
        for table, rows in wanted.items()
        if table in resources
    }
    candidates = {target: _candidates(engine, *target) for target in {check.looks_up for check, _ in found} if target}
    nowhere = Places([], {})
    findings = []
    for check, row in found:
        place = places.get(check.table, nowhere)
        field_name = row.get("field") or check.column
        line, column = place.position(row.get("_row"), field_name)
        if check.predicate:
            row = row | {"value": place.cell(row["_row"], field_name)}
        if row.get("other_row"):
            other, file = place.position(row["other_row"], None)[0], place.files.get(row["other_row"])
            same = file == place.files.get(row.get("_row") or 0)
            row = row | {"other_line": other if same else f"{other} of {file or resources[check.table].file}"}
        findings.append(
            Finding(
                rule=check.rule,
                severity=check.severity,
                table=check.table,
                message=_fill(check.message, row),
                file=place.files.get(row.get("_row") or 0)
                or (resources[check.table].file if check.table in resources else None),
                line=line,
                column=column,
                key=row.get("key"),
                field=field_name,
                value=_plain(row.get("value")),
                expected=list(check.expected[:MAX_EXPECTED]) or _plain(row.get("expected")),
                hint=_hint(check, row, candidates),
            )
        )
    return findings


def _find_held(engine: Engine, resource: Resource, rows: set[int]) -> Places:
    """Where rows are that are in no file of the package: as in one where they are in CSV, else in the form of RFC 7111,
    `statements/part-0.parquet#row=7`.
    """
    names = resource.table.names
    found = engine.find_held(resource.table.name, rows)
    if found and engine.list_parts(resource.table.name):
        return locate_held_parts(engine, resource, found)
    records = {number: Record([row.cells.get(name) or "" for name in names], []) for number, row in found.items()}
    return Places(list(names), records, {number: f"{row.file}#row={row.number}" for number, row in found.items()})


def add_excerpts(findings: Iterable[Finding], paths: Mapping[str, Path]) -> list[Finding]:
    """The findings with the text of their lines; `paths` gives where their files lie. Files larger than 16 MiB are not read again."""
    findings = list(findings)
    lines: dict[str, set[int]] = defaultdict(set)
    for finding in findings:
        if finding.file and finding.file in paths and finding.line:
            lines[finding.file].add(finding.line)
    texts = {(file, line): text for file, wanted in lines.items() for line, text in _read_lines(paths[file], wanted)}
    return [replace(finding, excerpt=texts.get((finding.file or "", finding.line or 0))) for finding in findings]


def _read_lines(path: Path, wanted: set[int]) -> Iterator[tuple[int, str]]:
    """Those physical lines of a file, as text of at most 2,000 characters."""
    if not path.is_file() or path.stat().st_size > MAX_EXCERPTED:
        return
    for number, line in enumerate(
        re.split(r"\r\n|\r|\n", path.read_bytes().decode("utf-8-sig", errors="replace")), start=1
    ):
        if number in wanted:
            yield number, line[:2000]


def _candidates(engine: Engine, table: str, column: str) -> list[str]:
    name = quote_identifier(column)
    rows = engine.rows(
        f"SELECT DISTINCT {name} AS v FROM {cells(table)} WHERE {name} IS NOT NULL ORDER BY v LIMIT {MAX_CANDIDATES}"
    )
    return [row["v"] for row in rows]


def _hint(check: Check, row: Row, candidates: Mapping[tuple[str, str], list[str]]) -> str:
    value = row.get("value")
    if isinstance(value, str) and (check.rule in ("schema/enum", "schema/const") or check.looks_up):
        near = did_you_mean(value, candidates[check.looks_up] if check.looks_up else check.expected)
        return near or check.hint
    if "{closest}" in check.hint:
        row = row | {"closest": closest_stretch(str(value), str(row.get("expected")))}
    return _fill(check.hint, row)


def _fill(template: str, row: Row) -> str:
    """Puts values in the place of {names}; a value is shortened, and never read as a template itself."""
    return _NAME_IN_BRACES.sub(lambda match: _short(row[match[1]]) if match[1] in row else match[0], template)


def _short(value: Any) -> str:
    text = " ".join(str("" if value is None else value).split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, float, bool)) else str(value)[:MAX_VALUE]
