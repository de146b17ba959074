"""Every rule on tiny tables, through the real entry point: it finds what it must, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import write_package
from provisions import open_package
from provisions.errors import RuleError
from provisions.rules import read_rule, read_rules
from provisions.schema import standard_tables
from provisions.sqlfile import parse, read_sql_files

CASES = Path(__file__).parent / "rules"
RULES = {rule.name: rule for rule in read_rules()}


def _cases() -> list[Any]:
    files = [(path.stem, yaml.safe_load(path.read_text("utf-8"))) for path in sorted(CASES.glob("*.yaml"))]
    return [pytest.param(rule, case, id=f"{rule}: {case['case']}") for rule, cases in files for case in cases]


@pytest.mark.parametrize(("rule", "case"), _cases())
def test_rule_finds_what_it_must(rule: str, case: dict[str, Any], tmp_path: Path) -> None:
    report = open_package(write_package(tmp_path, case["tables"], case.get("seeds"))).validate()
    found = [finding for finding in report.findings if finding.rule == rule]
    assert sorted(str(finding.key) for finding in found) == sorted(case["finds"])
    for finding in found:
        assert finding.severity == RULES[rule].check.severity
        assert finding.line is not None
        assert finding.column is not None
        assert not re.search(r"\{[a-z_]+\}", finding.message + finding.hint), "a name in braces was not filled in"


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rule_has_passing_and_failing_cases(rule: str) -> None:
    cases = yaml.safe_load((CASES / f"{rule}.yaml").read_text("utf-8"))
    assert any(case["finds"] for case in cases), "no case that it finds"
    assert any(not case["finds"] for case in cases), "no case that it leaves alone"


def test_cases_belong_to_rules() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_rule_points_at_a_real_column(rule: Any) -> None:
    assert rule.check.column in standard_tables()[rule.check.table].names


@pytest.mark.parametrize("file", [*read_sql_files("rules"), *read_sql_files("views")], ids=lambda file: file.name)
def test_sql_keeps_to_the_portable_subset(file: Any) -> None:
    """What DuckDB and Spark read differently is not used."""
    banned = r"(?i)\b(concat|try_cast|qualify|exclude|string_agg|list|unnest|ilike|strptime|date_diff|limit)\b|::|=~|~"
    assert not re.search(banned, file.sql)
    functions = set(re.findall(r"\b([a-z_]+)\(", re.sub(r"'[^']*'", "''", file.sql)))
    known = {"matches", "is_edtf", "date_earliest", "date_latest", "norm_ws", "contains_text", "as_number"}
    known |= {"as_integer", "array_agg", "array_sort", "array_join", "trim", "t"}  # VALUES … AS t(…)
    assert functions <= known


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "-- rule: other\n--\n-- Prose.\n\nSELECT 1",
        "-- rule: broken\n--\n-- Prose.\n\nDROP TABLE statements",
        "-- rule: broken\n--\n-- Prose.\n\nSELECT 1; DROP TABLE statements",
        "-- rule: broken\n\nSELECT 1",
    ],
)
def test_malformed_rule_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match=r"broken\.sql"):
        parse("broken", text)


def test_rule_with_an_incomplete_header_is_refused() -> None:
    with pytest.raises(RuleError, match="severity"):
        read_rule(parse("broken", "-- rule: broken\n-- table: actions\n--\n-- Prose.\n\nSELECT 1"))
