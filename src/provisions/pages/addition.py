"""What adding sheets came to, as text: what was found, and what changed in which table."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from provisions.layout import align, clean, count, style
from provisions.reports.as_text import write_finding

if TYPE_CHECKING:
    from provisions.sheets import Addition, Change

_SIGNS = {"added": "+", "changed": "~", "removed": "-"}


def write_addition(addition: Addition) -> str:
    """The findings, each at its place; then the changes by table; then the verdict. With ANSI styles."""
    lines = [write_finding(clean(finding.file or ""), finding) for finding in addition.findings]
    hidden = addition.errors + addition.warnings - len(addition.findings)
    lines += [f"… and {count(hidden, 'more finding')}."] if hidden > 0 else []
    lines += [""] if lines else []
    for table, changes in groupby(addition.changes, key=lambda change: change.table):
        lines.append(_write_table(table, list(changes)))
    lines.append(_verdict(addition))
    return "\n".join(lines) + "\n"


def _write_table(table: str, changes: list[Change]) -> str:
    """How many rows were added; those that were changed or removed by name, as that should never go unseen."""
    counts = {kind: sum(change.kind == kind for change in changes) for kind in _SIGNS}
    numbers = " ".join(f"{_SIGNS[kind]}{number}" for kind, number in counts.items() if number)
    rows = [
        (f"{_SIGNS[change.kind]} {clean(change.key)}", ", ".join(change.columns))
        for change in changes
        if change.kind != "added"
    ]
    return "\n".join([f"{table}: {numbers}", *([align(rows, 2)] if rows else [])])


def _verdict(addition: Addition) -> str:
    names = clean(", ".join(addition.treaties))
    if addition.errors:
        return style(f"{count(addition.errors, 'error')}: nothing was written.", "red", "bold")
    if not addition.changes:
        return f"{names}: nothing to change."
    if not addition.written:
        return f"{names}: {count(len(addition.changes), 'row')} would change; nothing was written."
    return style(f"{names}: {count(len(addition.changes), 'row')} changed.", "green", "bold")
