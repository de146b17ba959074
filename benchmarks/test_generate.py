"""The generated packages are what the benchmark needs: valid, the same each time, and broken where they say."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from benchmarks import rows
from benchmarks.check_faults import difference
from benchmarks.faults import KINDS
from benchmarks.generate import ROOT, generate, parse_rows
from provisions import validate

if TYPE_CHECKING:
    from pathlib import Path


def _digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("statements", [1_000, 7_000])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_generated_package_is_valid(tmp_path: Path, statements: int, seed: int) -> None:
    generate(tmp_path / "p", statements, foreign=True, seed=seed)
    report = validate(tmp_path / "p")
    assert report.findings == ()
    assert report.waived == rows.WAIVED
    assert report.rows["statements"] == statements
    assert report.rows["roles"] == statements // 5
    assert validate(tmp_path / "p" / "foreign.json").findings == ()


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name, 2_000, faults=20, foreign=True, seed=seed)
    assert _digest(tmp_path / "a") == _digest(tmp_path / "b")
    assert _digest(tmp_path / "a") != _digest(tmp_path / "c")


def test_every_table_has_the_columns_of_its_schema() -> None:
    for name, table in rows.TABLES.items():
        columns = json.loads((ROOT / "schema" / f"{name}.json").read_text("utf-8"))["properties"]
        assert {len(row) for row in table(rows.Size(2_000))} == {len(columns)}, name
    assert sorted(rows.TABLES) == sorted(path.stem for path in (ROOT / "schema").glob("*.json"))


def test_statements_are_of_a_realistic_shape(tmp_path: Path) -> None:
    generate(tmp_path / "p", 2_000)
    text = (tmp_path / "p" / "statements.csv").read_text("utf-8")
    with (tmp_path / "p" / "statements.csv").open(encoding="utf-8", newline="") as file:
        statements = list(csv.DictReader(file))
    assert 250 < len(text.encode()) / 2_000 < 350
    assert not text.isascii()
    assert any("\n" in row["claim"] for row in statements)
    assert any('"' in row["note"] for row in statements)
    assert sum(bool(row["quote"]) for row in statements) > 100


@pytest.mark.parametrize("count", [12, 1])
def test_what_is_broken_is_what_is_found(tmp_path: Path, count: int) -> None:
    generate(tmp_path / "p", 2_000, faults=count, foreign=True)
    assert difference(tmp_path / "p") == ({}, {})
    assert difference(tmp_path / "p", foreign=True) == ({}, {})


def test_faults_of_every_kind_are_found(tmp_path: Path) -> None:
    generate(tmp_path / "p", 10_000, faults=3 * len(KINDS), foreign=True)
    assert difference(tmp_path / "p", foreign=True) == ({}, {})
    assert difference(tmp_path / "p") == ({}, {})


def test_more_faults_than_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too many"):
        generate(tmp_path / "p", 1_000, faults=500)


def test_sizes() -> None:
    assert (parse_rows("10k"), parse_rows("1M"), parse_rows("3000")) == (10_000, 1_000_000, 3_000)
    with pytest.raises(ValueError, match="multiple"):
        parse_rows("1500")
