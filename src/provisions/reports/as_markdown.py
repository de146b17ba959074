"""Report → Markdown, for the summary of a CI job or a comment: a verdict, then the findings by rule."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from provisions.layout import clean, count
from provisions.reports.places import file_path

if TYPE_CHECKING:
    from provisions.model import Report

# A job summary holds 1 MiB.
MAX_CHARACTERS = 900_000
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!@&])")


def write_markdown_report(report: Report) -> str:
    """The report in GitHub’s Markdown; cells of the data cannot steer it."""
    name = escape(report.name) + (f" {escape(report.version)}" if report.version else "")
    verdict = "valid ✅" if report.ok else "not valid ❌"
    found = [count(report.errors, "error"), count(report.warnings, "warning"), f"{report.waived} waived"]
    rows = f"{count(sum(report.rows.values()), 'row')} in {count(len(report.rows), 'table')}"
    parts = [f"## {name}: {verdict}\n\n{', '.join(found)}; {rows}.\n"]
    size = len(parts[0])
    left = 0
    ordered = sorted(report.findings, key=lambda finding: (finding.severity, finding.rule))
    for rule, findings in groupby(ordered, key=lambda finding: finding.rule):
        total = report.by_rule.get(rule, 0)
        table = [
            f"### {escape(rule)} ({total:,})\n\n| place | row | what is wrong | how to mend it |\n|---|---|---|---|\n"
        ]
        for finding in findings:
            place = ":".join(str(part) for part in (file_path(report, finding), finding.line, finding.column) if part)
            cells = (place, finding.key or "", finding.message, finding.hint)
            line = "| " + " | ".join(map(escape, cells)) + " |\n"
            if size + len(line) > MAX_CHARACTERS:
                left += 1
                continue
            table.append(line)
            size += len(line)
        if len(table) > 1:
            parts.append("".join(table))
    left += sum(report.truncated.values())
    if left:
        parts.append(f"{count(left, 'more finding')} not listed.\n")
    return "\n".join(parts)


def escape(text: str) -> str:
    """Text that Markdown and HTML show as it is."""
    return _MARKS.sub(r"\\\1", clean(text)).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")
