"""Report → JUnit XML, for test reports: a suite a table, a case a rule that found something, and one for each table that is clean."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from provisions.layout import clean
from provisions.reports.places import file_path

if TYPE_CHECKING:
    from provisions.model import Finding, Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit_report(report: Report) -> str:
    """The report in the form of JUnit’s Ant task, as GitLab, Jenkins and GitHub’s actions read it. Warnings do not fail a case."""
    by_table: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding in report.findings:
        by_table[finding.table][finding.rule].append(finding)
    suites = ET.Element("testsuites", name="provisions", time=f"{report.seconds:.3f}")
    for table in sorted({*report.rows, *by_table}):
        rules = by_table.get(table, {})
        failed = sum(any(f.severity == "error" for f in findings) for findings in rules.values())
        cases = max(1, len(rules))
        suite = ET.SubElement(
            suites, "testsuite", name=_text(table), tests=str(cases), failures=str(failed), errors="0", skipped="0"
        )
        if not rules:
            ET.SubElement(suite, "testcase", name="all rules", classname=_text(table))
        for rule, findings in sorted(rules.items()):
            first = findings[0]
            case = ET.SubElement(
                suite, "testcase", name=_text(rule), classname=_text(table), file=_text(file_path(report, first))
            )
            if first.line:
                case.set("line", str(first.line))
            errors = any(finding.severity == "error" for finding in findings)
            told = ET.SubElement(case, "failure" if errors else "system-out")
            if errors:
                told.set("message", _text(first.message))
                told.set("type", str(first.severity))
            told.text = "\n".join(_text(_line(report, finding)) for finding in findings)
    for name in ("tests", "failures"):
        suites.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    suites.set("errors", "0")
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _line(report: Report, finding: Finding) -> str:
    place = ":".join(str(part) for part in (file_path(report, finding), finding.line, finding.column) if part)
    return f"{place}: {finding.severity}: {finding.message} {finding.hint}".strip()


def _text(text: str) -> str:
    return _NOT_XML.sub("�", clean(text))
