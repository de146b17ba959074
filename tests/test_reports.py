"""Each form of the report is read by a program that was made to read it, and data cannot steer any of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from conftest import ROOT, edit
from provisions import validate
from provisions.reports import FORMATS, write_report
from provisions.rules import read_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from provisions.model import Report

# The part of https://docs.gitlab.com/ci/testing/code_quality/ that GitLab says it needs.
GITLAB: Any = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "required": ["path", "lines"],
                "properties": {
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
                },
            },
        },
    },
}
# The part of reviewdog’s proto/rdf/jsonschema that a diagnostic of ours uses.
POSITION: Any = {
    "type": "object",
    "required": ["line"],
    "properties": {"line": {"minimum": 1}, "column": {"minimum": 1}},
}
RANGE: Any = {"type": "object", "required": ["start"], "properties": {"start": POSITION, "end": POSITION}}
RDJSON: Any = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "properties": {
        "diagnostics": {
            "items": {
                "required": ["message", "location", "severity"],
                "properties": {
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "location": {"required": ["path"], "properties": {"range": RANGE}},
                    "suggestions": {"items": {"required": ["range", "text"], "properties": {"range": RANGE}}},
                },
            }
        }
    },
}
HOSTILE = "x\u202e::error file=a::b%0A\x1b[31m|</td><script>`*[a](b)"


@pytest.fixture
def report(data: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """A package in its working folder, with an enum value, a date, a ragged row, and a hostile text that is cited by a rule."""
    monkeypatch.chdir(data.parent)
    edit(data / "actions.csv", "rus-blr-2024,rus,submission,", "rus-blr-2024,rus,submision,")
    edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    edit(data / "conditions.csv", "rus-blr-2024-art-5,separate-agreement,", "rus-blr-2024-art-5,separate-agreement,,")
    edit(data / "parties.csv", "abkhazia,Abkhazia,entity,", f'abkhazia,Abkhazia,"{HOSTILE}",')
    return validate("datapackage")


def test_text_points_at_the_cell(report: Report) -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", write_report(report, "text"))
    lines = text.splitlines()
    for word in ("submision", "2025-02-38"):
        under = [(line.find(word), lines[n + 1]) for n, line in enumerate(lines[:-1]) if "|" in line and word in line]
        assert any(marks.find("^") == place and marks.count("^") == len(word) for place, marks in under)
    assert "\x1b[31m|" not in text
    assert "\u202e" not in text


def test_json_lines(report: Report) -> None:
    lines = [json.loads(line) for line in write_report(report, "jsonl").splitlines()]
    assert [line["type"] for line in lines] == ["finding"] * len(report.findings) + ["summary"]
    assert lines[-1]["counts"]["error"] == report.errors


def test_github_has_ten_of_each_and_counts_the_rest(report: Report) -> None:
    lines = write_report(report, "github").splitlines()
    assert all(re.match(r"::(error|warning|notice) [a-z]+=", line) for line in lines), "data made a line of their own"
    assert sum(line.startswith("::error") for line in lines) == min(10, report.errors)
    place = next(finding for finding in report.findings if finding.value == "submision")
    assert any(f"file=datapackage/actions.csv,line={place.line},col={place.column}" in line for line in lines)
    if report.errors > 10:
        assert f"{report.errors - 10:,} more error" in lines[-1] + lines[-2]


def test_markdown_shows_what_is_in_a_cell_as_it_is(report: Report) -> None:
    text = write_report(report, "markdown")
    assert "not valid" in text
    assert "<script>" not in text
    assert all(line.count(" | ") == 3 for line in text.splitlines() if line.startswith("| ") and "---" not in line)


def test_sarif_is_read_by_its_model(report: Report) -> None:
    prose = {rule.name: rule.prose for rule in read_rules()}
    sarif = Sarif.model_validate_json(write_report(report, "sarif", prose))
    (run,) = sarif.runs
    assert run.results is not None
    assert len(run.results) == len(report.findings)
    prints = [result.partial_fingerprints for result in run.results]
    assert prints == [{"provisions/v1": finding.fingerprint} for finding in report.findings]
    rules = {rule.id: rule for rule in run.tool.driver.rules or []}
    assert set(rules) == set(report.by_rule)


def test_junit_is_read_by_a_parser(report: Report, tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(write_report(report, "junit"), encoding="utf-8")
    suites = JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    assert {suite.name for suite in suites} == {*report.rows}
    failing = {
        rule for rule in report.by_rule if any(f.rule == rule and f.severity == "error" for f in report.findings)
    }
    assert {case.name for suite in suites for case in suite if case.result} == failing
    assert suites.failures == len({(f.table, f.rule) for f in report.findings if f.severity == "error"})


def test_gitlab_has_unique_fingerprints(report: Report) -> None:
    issues = json.loads(write_report(report, "gitlab"))
    jsonschema.validate(issues, GITLAB)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(report.findings)


def test_rdjson_suggests_what_was_probably_meant(report: Report) -> None:
    value = json.loads(write_report(report, "rdjson"))
    jsonschema.validate(value, RDJSON)
    (suggested,) = [each for each in value["diagnostics"] if each.get("suggestions")]
    (suggestion,) = suggested["suggestions"]
    start, end = suggestion["range"]["start"], suggestion["range"]["end"]
    path = Path(suggested["location"]["path"])
    lines = path.read_bytes().split(b"\n")
    line = lines[start["line"] - 1]
    lines[start["line"] - 1] = line[: start["column"] - 1] + suggestion["text"].encode() + line[end["column"] - 1 :]
    path.write_bytes(b"\n".join(lines))
    assert "submission" in suggestion["text"]
    assert not [finding for finding in validate("datapackage").findings if finding.value == "submision"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_of_a_clean_package(form: str, data: Path, run: Callable[..., Result]) -> None:
    result = run("validate", data, "-f", form)
    assert result.exit_code == 0
    assert result.stdout or form == "gitlab"


def test_several_forms_at_once(data: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    result = run(
        "validate", data, "-f", "text", "-f", f"sarif:{tmp_path / 'out.sarif'}", "-f", f"json:{tmp_path / 'out.json'}"
    )
    assert ": valid" in result.stdout
    assert json.loads((tmp_path / "out.json").read_text())["ok"] is True
    assert json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"] == []
    assert run("validate", data, "-f", "sariff").exit_code == 2


@pytest.mark.parametrize(
    ("schema", "file"),
    [("vendor.github-actions", "action.yml"), ("vendor.github-workflows", ".github/workflows/data.yml")],
)
def test_files_for_github_are_what_it_reads(schema: str, file: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_action_s_steps_run_what_there_is() -> None:
    steps = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]
    script = steps[1]["run"]
    subprocess.run(["bash", "-n", "-c", script], check=True)
    assert set(re.findall(r"-f \"?([a-z]+)", script)) <= set(FORMATS)
