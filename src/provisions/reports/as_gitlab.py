"""Report → GitLab’s Code Quality report. See https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from provisions.documents import write_json
from provisions.layout import clean
from provisions.model import Severity
from provisions.reports.places import file_path

if TYPE_CHECKING:
    from provisions.model import Report

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def write_gitlab_report(report: Report) -> str:
    """One object a finding; fingerprints are unique, as GitLab drops what has one that it has seen."""
    seen: Counter[str] = Counter()
    issues = []
    for finding in report.findings:
        print_ = finding.fingerprint + (finding.field or "")
        seen[print_] += 1
        issues.append(
            {
                "description": clean(" ".join(part for part in (finding.message, finding.hint) if part)),
                "check_name": finding.rule,
                "fingerprint": hashlib.sha256(f"{print_}\0{seen[print_]}".encode()).hexdigest(),
                "severity": _SEVERITIES[finding.severity],
                "location": {"path": file_path(report, finding), "lines": {"begin": finding.line or 1}},
            }
        )
    return write_json(issues)
