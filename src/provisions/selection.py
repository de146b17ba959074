"""A part of a report: some rules, what a baseline does not have, what a change brought about. Counts stay exact."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from provisions.errors import ProvisionsError
from provisions.model import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from provisions.model import Finding, Report

# Enough to have every finding of a package that people keep.
ALL = 1_000_000


def select_rules(report: Report, wanted: Sequence[str], unwanted: Sequence[str]) -> Report:
    """The report on the rules that match one of `wanted` (all, if empty) and none of `unwanted`; `*` stands for anything."""

    def is_selected(rule: str) -> bool:
        chosen = not wanted or any(fnmatchcase(rule, pattern) for pattern in wanted)
        return chosen and not any(fnmatchcase(rule, pattern) for pattern in unwanted)

    severities = {finding.rule: finding.severity for finding in report.findings}
    by_rule = {rule: number for rule, number in report.by_rule.items() if is_selected(rule)}
    return replace(
        report,
        errors=sum(number for rule, number in by_rule.items() if severities.get(rule) is Severity.ERROR),
        warnings=sum(number for rule, number in by_rule.items() if severities.get(rule) is Severity.WARNING),
        by_rule=by_rule,
        findings=tuple(finding for finding in report.findings if is_selected(finding.rule)),
        truncated={rule: number for rule, number in report.truncated.items() if is_selected(rule)},
    )


def keep_findings(report: Report, keep: Callable[[Finding], bool], limit: int) -> Report:
    """The report on those findings alone, listing at most `limit` of each rule.

    Raises `ProvisionsError` where the report does not list all its findings.
    """
    if report.truncated:
        raise ProvisionsError(f"{report.path}: has more than {ALL:,} findings of a rule; mend some of them first.")
    kept = [finding for finding in report.findings if keep(finding)]
    by_rule = Counter(finding.rule for finding in kept)
    severities = Counter(finding.severity for finding in kept)
    listed: Counter[str] = Counter()
    findings = []
    for finding in kept:
        listed[finding.rule] += 1
        if listed[finding.rule] <= limit:
            findings.append(finding)
    return replace(
        report,
        errors=severities[Severity.ERROR],
        warnings=severities[Severity.WARNING],
        by_rule=dict(sorted(by_rule.items())),
        findings=tuple(findings),
        truncated={rule: number - limit for rule, number in sorted(by_rule.items()) if number > limit},
    )


def read_baseline(path: Path) -> Counter[str]:
    """How often each fingerprint stands in a report that was kept as JSON. Raises `ProvisionsError`."""
    try:
        report = json.loads(path.read_bytes())
        if report["version"] != 1 or report["truncated"]:
            raise ProvisionsError(
                f"{path}: cannot be a baseline: it is of another version, or does not list every finding (see --limit)."
            )
        return Counter(finding["fingerprint"] for finding in report["findings"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProvisionsError(f"{path}: is no report written by `provisions validate -f json` ({error}).") from error


def is_new(baseline: Counter[str]) -> Callable[[Finding], bool]:
    """Whether a finding, asked in order, goes beyond what the baseline has of its fingerprint."""
    left = Counter(baseline)

    def judge(finding: Finding) -> bool:
        left[finding.fingerprint] -= 1
        return left[finding.fingerprint] < 0

    return judge
