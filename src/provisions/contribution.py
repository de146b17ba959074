"""What a change to a package brought about: the findings on what was changed, and those that it caused elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.canonical import read_rows
from provisions.differences import compare_tables
from provisions.engines.duck import DuckEngine
from provisions.errors import PackageError
from provisions.manifest import open_manifest
from provisions.revisions import check_out, find_base
from provisions.selection import ALL, keep_findings
from provisions.validation import validate_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.differences import Cells, Difference
    from provisions.manifest import Manifest
    from provisions.model import Finding, Report, Table


def keep_caused(report: Report, manifest: Manifest, revision: str, limit: int) -> Report:
    """Of a report with all findings, those that the work since a revision brought about, at most `limit` of each rule.

    These are the findings on rows that were added, changed or renamed, and those elsewhere that were not there before.
    The work since is that since the merge base of the revision and HEAD, the files as they lie now included. Raises
    `PackageError` where there is no such revision.
    """
    commit = find_base(manifest.root, revision)
    with tempfile.TemporaryDirectory(prefix="provisions-") as folder:
        base = check_out(manifest.root, commit, Path(folder))
        if base is None or not (base / "datapackage.json").is_file():
            return keep_findings(report, lambda _: True, limit)
        earlier = open_manifest(base)
        engine = DuckEngine(small=earlier.small)
        try:
            before = validate_manifest(earlier, engine, ALL)
        finally:
            engine.close()
        difference, unread = compare_packages(earlier, manifest)
    touched = {(change.table, change.key) for change in difference.changes}
    known = {_identity(finding, difference) for finding in before.findings}

    def is_caused(finding: Finding) -> bool:
        touching = finding.table in unread or (finding.table, finding.key) in touched
        return touching or _identity(finding, None) not in known

    return keep_findings(report, is_caused, limit)


def compare_packages(before: Manifest, after: Manifest) -> tuple[Difference, set[str]]:
    """What differs between the tables of two packages, and the tables that could not be compared row by row.

    Of a table that gained or lost columns, those that it has now are compared.
    """
    tables: dict[str, Table] = {}
    states: tuple[dict[str, Sequence[Cells]], dict[str, Sequence[Cells]]] = ({}, {})
    unread: set[str] = set()
    for manifest, state in zip((before, after), states, strict=True):
        for resource in manifest.resources:
            tables[resource.table.name] = resource.table
            try:
                state[resource.table.name] = [row.cells for row in read_rows(resource.path, resource.table)]
            except PackageError:
                unread.add(resource.table.name)
    for earlier in (resource.table for resource in before.resources):
        table = tables[earlier.name]
        if table.primary_key != earlier.primary_key:
            unread.add(table.name)
        elif table.names != earlier.names:
            rows = states[0].get(table.name, ())
            states[0][table.name] = [{name: cells.get(name, "") for name in table.names} for cells in rows]
    known = {name: table for name, table in tables.items() if name not in unread and table.primary_key}
    return compare_tables(states[0], states[1], known), unread | (set(tables) - set(known))


def _identity(finding: Finding, difference: Difference | None) -> tuple[str, ...]:
    """What makes two findings the same one, wherever the row stands; with `difference`, under its new key."""
    if finding.key is None:
        return (finding.rule, finding.table, finding.excerpt or finding.message)
    key = difference.keys.get(finding.table, {}).get(finding.key, finding.key) if difference else finding.key
    return (finding.rule, finding.table, key, finding.field or "")
