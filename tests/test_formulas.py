"""Cells that a spreadsheet would take for a formula are told, can be waived, and are defused on request only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import edit, write_foreign
from provisions import validate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

TITLE = "Security Treaty between Australia, New Zealand and the United States of America"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_cell_like_a_formula_is_told(start: str, data: Path, run: Callable[..., Result]) -> None:
    line, _ = edit(data / "treaties.csv", TITLE, f"{start}cmd|' /C calc'!A0, {TITLE}")
    (finding,) = validate(data).findings
    assert (finding.rule, finding.severity, finding.line, finding.field) == ("formula-cell", "warning", line, "title")
    assert run("validate", data).exit_code == 0
    assert run("waive", finding.fingerprint, data, "--reason", "It is the title.").exit_code == 0
    assert validate(data).findings == ()
    assert "spreadsheet" in run("rules", "formula-cell").stdout


def test_it_is_written_as_it_is_unless_asked_otherwise(data: Path, run: Callable[..., Result]) -> None:
    edit(data / "treaties.csv", TITLE, f"=1+1, {TITLE}")
    question = "SELECT title, term_months - 1000 AS n FROM treaties WHERE id = 'anzus-1951'"
    assert f'"=1+1, {TITLE}"' in run("query", question, data, "-f", "csv").stdout
    assert f'"\'=1+1, {TITLE}"' in run("query", question, data, "-f", "csv", "--defuse").stdout


def test_tables_of_others_may_hold_what_they_like(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "a", "type": "string"}]}
    assert validate(write_foreign(tmp_path, [{"schema": schema}], {"t0.csv": "a\n=1\n-x\n"})).findings == ()
