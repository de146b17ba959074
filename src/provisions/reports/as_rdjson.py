"""Report → Reviewdog Diagnostic Format (rdjson), for comments in a review, with a suggestion where the mend is certain.

See https://github.com/reviewdog/reviewdog/tree/master/proto/rdf.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from provisions.documents import write_json
from provisions.layout import clean
from provisions.reports.places import file_path

_MEANT = re.compile(r"Did you mean “([^,\"“”]+)”\?")

if TYPE_CHECKING:
    from provisions.model import Finding, Report


def write_rdjson_report(report: Report) -> str:
    """One diagnostic a finding; its columns are counted in bytes there. Where one value was probably meant, it is suggested."""
    diagnostics = [_diagnostic(report, finding) for finding in report.findings]
    return write_json({"source": {"name": "provisions"}, "diagnostics": diagnostics})


def _diagnostic(report: Report, finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {"path": file_path(report, finding)}
    diagnostic: dict[str, Any] = {
        "message": clean(" ".join(part for part in (finding.message, finding.hint) if part)),
        "location": location,
        "severity": str(finding.severity).upper(),
        "code": {"value": finding.rule},
    }
    if finding.line:
        location["range"] = {"start": {"line": finding.line}}
    meant, value = _MEANT.fullmatch(finding.hint), finding.value
    start = (finding.column or 0) - 1
    if meant and isinstance(value, str) and finding.excerpt and finding.excerpt.startswith(value, start):
        begin = len(finding.excerpt[:start].encode()) + 1
        ends = {"start": {"line": finding.line, "column": begin}}
        ends["end"] = {"line": finding.line, "column": begin + len(value.encode())}
        location["range"] = ends
        diagnostic["suggestions"] = [{"range": ends, "text": meant[1]}]
    return diagnostic
