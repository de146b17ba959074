"""Report → one JSON object, version 1: the contract for other programs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from provisions.documents import write_json
from provisions.layout import clean_json

if TYPE_CHECKING:
    from provisions.model import Finding, Report


def write_json_report(report: Report) -> str:
    """The report as JSON. `truncated` gives, for each rule whose list was cut, how many findings are not listed."""
    return clean_json(write_json(report_object(report)))


def report_object(report: Report) -> dict[str, Any]:
    """The report as plain values, version 1."""
    return {
        "version": 1,
        "package": {"name": report.name, "version": report.version, "path": report.path},
        "engine": report.engine,
        "ok": report.ok,
        "counts": {
            "error": report.errors,
            "warning": report.warnings,
            "waived": report.waived,
            "by_rule": report.by_rule,
        },
        "rows": report.rows,
        "seconds": round(report.seconds, 3),
        "findings": [_finding(finding) for finding in report.findings],
        "truncated": report.truncated,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    value = dataclasses.asdict(finding) | {"fingerprint": finding.fingerprint}
    del value["excerpt"]
    return value
