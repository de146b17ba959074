"""Report → GitHub’s workflow commands: annotations at the lines of a pull request.

GitHub shows ten errors and ten warnings of a step and drops the others without a word, so what is listed beyond that is
counted in a notice; the Markdown report, as job summary, has them all.
See https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.layout import clean, count
from provisions.model import Severity
from provisions.reports.places import file_path

if TYPE_CHECKING:
    from provisions.model import Finding, Report

SHOWN = 10


def write_github_report(report: Report) -> str:
    """One `::error` or `::warning` a finding, ten of each, and a `::notice` of how many more there are."""
    lines = []
    for severity in Severity:
        findings = [finding for finding in report.findings if finding.severity is severity]
        lines += [_command(report, finding) for finding in findings[:SHOWN]]
        total = report.errors if severity is Severity.ERROR else report.warnings
        if total > SHOWN:
            more = f"{count(total - SHOWN, f'more {severity}')} not shown here; the job summary lists them."
            lines.append(f"::notice title=provisions::{_escape(more)}")
    if not lines:
        lines.append(f"::notice title=provisions::{_escape(clean(report.name))} is valid.")
    return "\n".join(lines) + "\n"


def _command(report: Report, finding: Finding) -> str:
    properties = {
        "file": file_path(report, finding),
        "line": finding.line,
        "col": finding.column,
        "title": finding.rule,
    }
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None)
    hint = f" {finding.hint}" if finding.hint else ""
    return f"::{finding.severity} {given}::{_escape(clean(finding.message + hint))}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escape(clean(text)).replace(":", "%3A").replace(",", "%2C")
