"""Report → SARIF 2.1.0 (OASIS), for code scanning: stable fingerprints, and each rule with its own explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from provisions import __version__
from provisions.documents import write_json
from provisions.layout import clean
from provisions.reports.places import file_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisions.model import Finding, Report

# What GitHub takes of one run.
MAX_RESULTS = 25_000
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def write_sarif_report(report: Report, help_of: Mapping[str, str] | None = None) -> str:
    """The report as one run; `help_of` gives the explanation of a rule in Markdown, where there is one."""
    findings = report.findings[:MAX_RESULTS]
    names = sorted({finding.rule for finding in findings})
    rules = [_rule(name, (help_of or {}).get(name)) for name in names]
    driver = {"name": "provisions", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding, names.index(finding.rule)) for finding in findings],
        "invocations": [{"executionSuccessful": True, "exitCode": 0 if report.ok else 1}],
        "properties": {"errors": report.errors, "warnings": report.warnings, "waived": report.waived},
    }
    return write_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(name: str, text: str | None) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": name, "shortDescription": {"text": name}}
    if text:
        rule["fullDescription"] = {"text": text.split("\n\n")[0]}
        rule["help"] = {"text": text, "markdown": text}
    return rule


def _result(report: Report, finding: Finding, index: int) -> dict[str, Any]:
    region = {"startLine": finding.line, "startColumn": finding.column} if finding.line else None
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(file_path(report, finding))}}
    if region:
        location["region"] = {name: value for name, value in region.items() if value}
    logical = [{"name": finding.key, "fullyQualifiedName": f"{finding.table}/{finding.key}"}] if finding.key else []
    place: dict[str, Any] = {"physicalLocation": location}
    if logical:
        place["logicalLocations"] = logical
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": str(finding.severity),
        "message": {"text": clean(" ".join(part for part in (finding.message, finding.hint) if part))},
        "locations": [place],
        "partialFingerprints": {"provisions/v1": finding.fingerprint},
    }
