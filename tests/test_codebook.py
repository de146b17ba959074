"""The codebook names everything that the data can hold, its links lead somewhere, and the committed one is up to date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conftest import DATA, ROOT, write_foreign
from provisions import open_package
from provisions.rules import read_rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

COMMITTED = ROOT / "docs" / "codebook.md"


@pytest.fixture(scope="module")
def codebook() -> str:
    with open_package(DATA) as package:
        return package.codebook()


def test_the_committed_codebook_is_up_to_date(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("codebook", DATA, "--check", "-o", COMMITTED).exit_code == 0
    stale = tmp_path / "codebook.md"
    stale.write_text(COMMITTED.read_text("utf-8").replace("Playing", "Paying") + "x", encoding="utf-8")
    result = run("codebook", DATA, "--check", "-o", stale)
    assert result.exit_code == 1
    assert "not up to date" in result.output


def test_every_column_value_category_and_rule_is_in_it(codebook: str) -> None:
    with open_package(DATA) as package:
        for table in package.tables.values():
            for column in table.columns:
                assert f"| `{column.name}` |" in codebook
                assert all(f"* `{value}`" in codebook for value in column.schema.get("enum", ()))
        for category in package.rows("categories"):
            assert f'<a id="category-{category["id"]}"></a>' in codebook
        for row in package.rows("crosswalk"):
            assert f"{row['scheme'].upper()} `{row['variable']} " in codebook
    assert all(f"| `{rule.name}` |" in codebook for rule in read_rules())


def test_links_lead_to_an_anchor(codebook: str) -> None:
    anchors = set(re.findall(r'<a id="([^"]+)"', codebook))
    targets = re.findall(r"\]\(#([^)]+)\)", codebook)
    assert len(targets) > len(anchors) > 0
    assert set(targets) <= anchors


def test_a_package_of_others_has_one_too(tmp_path: Path, run: Callable[..., Result]) -> None:
    schema = {"fields": [{"name": "a|b", "type": "integer", "description": "A number."}], "primaryKey": ["a|b"]}
    folder = write_foreign(tmp_path / "p", [{"schema": schema}], {"t0.csv": "a|b\n1\n"})
    result = run("codebook", folder)
    assert result.exit_code == 0
    assert "Primary key: `a|b`." in result.output
    assert "## Categories" not in result.output
    assert "| `a\\|b` | integer (required) | A number. |" in result.output
