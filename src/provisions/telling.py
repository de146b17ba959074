"""Findings about a file itself: what tells them, and what is wrong with headers, with records too long or too short, with hashes."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

from provisions.celltypes import shorten
from provisions.csvfile import Fault
from provisions.hints import did_you_mean
from provisions.model import MAX_VALUE, Finding, Severity
from provisions.sources import integrity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from provisions.reading import Row
    from provisions.resources import Resource


_MANY = 200  # names of columns that are listed in a hint
# What a file may have without being at fault.
TOLERATED = frozenset({"file/byte-order-mark"})


def severity_of(rule: str) -> Severity:
    """How much a finding about a file matters."""
    return Severity.WARNING if rule in TOLERATED else Severity.ERROR


class Told:
    """What was found in files: how often each rule was broken, and of each rule the first `limit` findings."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.findings: list[Finding] = []
        self.counts: Counter[str] = Counter()

    def room(self, rule: str) -> int:
        """How many more findings of a rule are kept."""
        return max(self.limit - self.counts[rule], 0)

    def add(self, other: Told) -> None:
        """Adds what was found in another table."""
        seen = self.counts.copy()
        for finding in other.findings:
            seen[finding.rule] += 1
            if seen[finding.rule] <= self.limit:
                self.findings.append(finding)
        self.counts += other.counts


class Teller:
    """Tells findings about one table; `file`, `field` and `key` are given where they are known."""

    def __init__(self, resource: Resource, limit: int) -> None:
        self.resource, self.told = resource, Told(limit)

    def __call__(
        self,
        rule: str,
        line: int | None,
        column: int | None,
        message: str,
        hint: str,
        value: str | None = None,
        **more: str | None,
    ) -> None:
        """Tells one finding."""
        if self.told.room(rule):
            self.told.findings.append(
                Finding(
                    rule=rule,
                    severity=severity_of(rule),
                    table=self.resource.table.name,
                    file=more.get("file") or self.resource.file,
                    line=line,
                    column=column,
                    message=message,
                    key=more.get("key"),
                    field=more.get("field"),
                    hint=hint,
                    value=value and value[:MAX_VALUE],
                )
            )
        self.told.counts[rule] += 1

    def tell_ragged(self, row: Row, header: list[str]) -> None:
        """Tells a record that has more or fewer cells than the header."""
        if self.told.room("file/ragged-row"):
            self.tell(explain_ragged(row, header), row.file)
        else:
            self.told.counts["file/ragged-row"] += 1

    def tell(self, fault: Fault, file: str | None = None) -> None:
        """Tells a fault of the text."""
        self(fault.rule, fault.line, fault.column, fault.message, fault.hint, file=file)

    def tell_many(self, rule: str, faults: Iterable[Fault], count: int) -> None:
        """Tells faults of one rule, of which there are `count`; takes no more of them than are kept."""
        kept = list(itertools.islice(faults, self.told.room(rule)))
        for fault in kept:
            self.tell(fault)
        self.told.counts[rule] += count - len(kept)


def check_integrity(resource: Resource, tell: Teller) -> None:
    """Tells where size or hash are not those of the descriptor. Raises `PackageError` for a hash that is not supported."""
    for rule, message, hint in integrity(resource.reading.paths, resource.bytes, resource.hash):
        tell(rule, None, None, message, hint)


def tell_empty(tell: Teller) -> None:
    """Tells that a file has no header, nor anything else that can be read."""
    hint = f"Its first line must be the header: {_few(tell.resource.table.names, ',')}"
    tell("file/header", 1, 1, "The file is empty.", hint)


def check_header(resource: Resource, header: Row, tell: Teller) -> None:
    """Tells where the names of the columns are not those that `fieldsMatch` of the schema asks for."""
    names, match, cells = resource.table.names, resource.reading.match, header.cells
    known, there = set(names), set(cells)
    if not header.starts or (tuple(cells) == names and match != "partial"):
        return
    line = header.starts[0][0]
    missing = [name for name in names if name not in there]
    wrong = False
    times = Counter(cells)
    columns = f"The columns are: {_few(names, ', ')}."
    for place, cell in enumerate(cells):
        spot = header.starts[min(place, len(header.starts) - 1)]
        if times[cell] > 1:
            message = f"The column “{shorten(cell)}” stands twice in the header."
            tell("file/header", *spot, message, "Delete or rename one of the two.", cell)
            wrong = True
        elif cell not in known and match in ("exact", "equal", "superset"):
            near = did_you_mean(cell, missing) if tell.told.room("file/header") else ""
            tell("file/header", *spot, f"The table has no column “{shorten(cell)}”.", near or columns, cell)
            wrong = True
    hint = f"The header must {'be' if match == 'exact' else 'have'}: {_few(names, ',')}"
    if len(cells) == 1 < len(names) and not resource.reading.json:
        hint += f" The line was taken as one cell: look at the delimiter, “{resource.reading.dialect.syntax.delimiter}” by the descriptor."
    needed = names if match in ("exact", "equal", "subset") else [f.name for f in resource.reading.fields if f.required]
    for name in missing:
        if name in needed:
            tell("file/header", line, 1, f"The column “{name}” is missing.", hint, name)
    if match == "exact" and not missing and not wrong:
        tell("file/header", line, 1, "The columns stand in another order than in the schema.", hint)
    if match == "partial" and len(missing) == len(names):
        hint = f"The header must have at least one of: {_few(names, ',')}"
        tell("file/header", line, 1, "The header has none of the columns of the schema.", hint)


def explain_ragged(record: Row, header: list[str]) -> Fault:
    """The fault of a record that has more or fewer cells than the header."""
    have, need = len(record.cells), len(header)
    if have < need:
        missing = _few([f"`{shorten(name)}`" for name in header[have:]], ", ")
        place = len(record.starts) - 1
        message = f"The row has {have} cells, the header {need}: nothing is left for {missing}."
    else:
        place = need
        first = record.text(need) or ""
        message = f"The row has {have} cells, the header {need}; the first one too many is “{shorten(first)}”."
    hint = "Look for a missing or extra comma; quote a cell that holds a comma."
    return Fault("file/ragged-row", *record.starts[max(place, 0)], message, hint)


def _few(names: Sequence[str], between: str) -> str:
    """The names, or the first of very many."""
    return between.join(names if len(names) <= _MANY else (*names[:_MANY], "…"))
