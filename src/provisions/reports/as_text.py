"""Report → text for people: findings by file as `path:line:column`, what to do about each, and a summary."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.layout import clean, count, display_width, page_width, style, wrap
from provisions.model import Severity

if TYPE_CHECKING:
    from provisions.model import Finding, Report


def write_text_report(report: Report) -> str:
    """The report as text, with ANSI styles."""
    root = Path(report.path) if Path(report.path).is_dir() else Path(report.path).parent
    inside = Path(report.path).suffix == ".zip"
    lines = []
    for file, findings in groupby(report.findings, key=lambda finding: finding.file):
        name = f"{report.path}!{file}" if inside else str(root / (file or ""))
        lines += [write_finding(clean(name), finding) for finding in findings]
        lines.append("")
    for rule, hidden in report.truncated.items():
        lines.append(f"… and {count(hidden, 'more finding')} of {clean(rule)} (see more with --limit).")
    if report.truncated:
        lines.append("")
    lines.append(_summarise(report))
    return "\n".join(lines) + "\n"


def write_finding(path: str, finding: Finding) -> str:
    """One finding at the path of its file: what is wrong, in which row, and what to do."""
    where = ":".join(str(part) for part in (path, finding.line, finding.column) if part is not None)
    colour = "red" if finding.severity is Severity.ERROR else "yellow"
    lines = [f"{style(where, 'bold')}: {style(finding.severity, colour)} {finding.rule}", wrap(finding.message, 4)]
    if finding.excerpt and finding.line and finding.column:
        lines += _excerpt(finding, colour)
    if finding.key:
        where = f"row {finding.key}" + (f", column {finding.field}" if finding.field else "")
        waivable = "" if "/" in finding.rule else f" [{finding.fingerprint}]"
        lines.append(wrap(where + waivable, 4))
    if finding.hint:
        lines.append(wrap(finding.hint, 6, "    →"))
    return "\n".join(lines)


def _excerpt(finding: Finding, colour: str) -> list[str]:
    """The line, or as much of it as fits, and marks below the cell."""
    text, start = finding.excerpt or "", (finding.column or 1) - 1
    value = finding.value if isinstance(finding.value, str) else ""
    long = len(value) if value and text.startswith(value, start) else 1
    room = page_width() - 12
    first = max(0, min(start - room // 3, len(text) - room))
    shown = clean(text[first:start])
    marked = clean(text[start : start + min(long, room)])
    after = clean(text[start + len(marked) : first + room])
    lead, tail = "…" if first else "", "…" if first + room < len(text) else ""
    number = str(finding.line)
    bar = style("|", "dim")
    under = " " * display_width(lead + shown) + "^" * max(1, min(display_width(marked), room))
    return [
        f"    {style(number, 'dim')} {bar} {lead}{shown}{marked}{after}{tail}",
        f"    {' ' * len(number)} {bar} {style(under, colour)}",
    ]


def _summarise(report: Report) -> str:
    name = clean(report.name) + (f" {clean(report.version)}" if report.version else "")
    verdict = style("valid", "green", "bold") if report.ok else style("not valid", "red", "bold")
    read = f"{count(sum(report.rows.values()), 'row')} in {count(len(report.rows), 'table')}, {report.seconds:.2f} s"
    found = [count(report.errors, "error")] if report.errors else []
    found += [count(report.warnings, "warning")] if report.warnings else []
    found += [f"{report.waived} waived"] if report.waived else []
    lines = [f"{name} ({clean(report.path)}): {verdict}" + (f" – {', '.join(found)}" if found else "") + f"; {read}"]
    if report.by_rule:
        rule = next(iter(report.by_rule))
        lines.append(f"Next: mend them and run it again; `provisions rules {clean(rule)}` explains a rule.")
    return "\n".join(lines)
