"""Coding sheets: without loss out of the tables and back, judged at the lines of the sheet, written whole or not at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conftest import DATA, ROOT, edit
from provisions import open_package
from provisions.canonical import read_rows, write_rows
from provisions.package import add
from provisions.schema import standard_tables
from provisions.sheets.addition import own_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

TREATIES = [row.cells["id"] for row in read_rows(DATA / "treaties.csv", standard_tables()["treaties"])]


def snapshot(package: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(package.iterdir())}


def write_sheet(folder: Path, treaty: str, package: Path = DATA) -> Path:
    path = folder / f"{treaty}.yaml"
    with open_package(package) as opened:
        path.write_text(opened.sheet(treaty), encoding="utf-8")
    return path


def take_out(package: Path, treaty: str) -> None:
    """Removes a treaty, and the sources and speakers that only its statements name."""
    tables = {name: read_rows(package / f"{name}.csv", table) for name, table in standard_tables().items()}
    gone = {id(row) for rows in own_rows(tables, treaty).values() for row in rows}
    left = {name: [row for row in rows if id(row) not in gone] for name, rows in tables.items()}
    sources = {row.cells["source_id"] for row in left["statements"]}
    while more := {row.cells["origin_id"] for row in left["sources"] if row.cells["id"] in sources} - sources - {""}:
        sources |= more
    left["sources"] = [row for row in left["sources"] if row.cells["id"] in sources]
    left["passages"] = [row for row in left["passages"] if row.cells["source_id"] in sources]
    speakers = {row.cells["speaker_id"] for row in left["statements"]}
    left["speakers"] = [row for row in left["speakers"] if row.cells["id"] in speakers]
    for name, table in standard_tables().items():
        (package / f"{name}.csv").write_text(write_rows(left[name], table)[0], encoding="utf-8")


@pytest.mark.parametrize("treaty", TREATIES)
def test_a_sheet_added_onto_itself_changes_nothing(treaty: str, data: Path, tmp_path: Path) -> None:
    before = snapshot(data)
    addition = add([write_sheet(tmp_path, treaty)], data)
    assert (addition.changes, addition.report.errors) == ((), 0)
    assert snapshot(data) == before


@pytest.mark.parametrize("treaty", TREATIES)
def test_a_sheet_brings_back_a_treaty_that_was_taken_out(treaty: str, data: Path, tmp_path: Path) -> None:
    before = snapshot(data)
    sheet = write_sheet(tmp_path, treaty)
    take_out(data, treaty)
    assert snapshot(data) != before
    addition = add([sheet], data)
    assert addition.report.findings == ()
    assert addition.written
    assert snapshot(data) == before


SHEET = """\
defaults: {coded_on: 2026-11-24, confidence: medium}
treaty:
  id: kensington-2025
  title: Treaty on Friendship and Bilateral Cooperation
  instrument: treaty
  coding: partial
  text_basis: excerpts
parties:
- {id: gbr, name: United Kingdom, kind: state}
- {id: deu, name: Germany, kind: state}
actions:
- party: [gbr, deu]
  kind: signature
  date: 2025-07-17
  evidence:
  - source: [breg, osw]
    property: date
    claim: Signed on 17 July 2025.
provisions:
- locator: Article 2(3)
  category: mutual-defence
  modality: obligation
  summary: They assist each other, by military means too.
  basis: report
  roles:
    obligor: [gbr, deu]
    beneficiary: [gbr, deu]
  evidence:
  - source: osw
sources:
- {id: breg, kind: official, publisher: Bundesregierung, language: de, rights: third-party}
- {id: osw, kind: analysis, publisher: OSW, language: en, rights: third-party}
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "kensington.yaml"
    path.write_text(SHEET, encoding="utf-8")
    return path


def rows(package: Path, table: str) -> dict[str, dict[str, str]]:
    read = read_rows(package / f"{table}.csv", standard_tables()[table])
    return {row.cells["id"]: row.cells for row in read}


def test_what_is_left_out_follows_from_place_and_defaults(sheet: Path, data: Path) -> None:
    assert add([sheet], data).written
    assert {"kensington-2025-gbr-signature", "kensington-2025-deu-signature"} <= set(rows(data, "actions"))
    assert rows(data, "provisions")["kensington-2025-art-2-3"]["locator"] == "Article 2(3)"
    said = rows(data, "statements")
    signed = said["breg-kensington-2025-gbr-signature"]
    assert (signed["value"], signed["stance"], signed["attribution"]) == ("2025-07-17", "asserts", "own-voice")
    assert (signed["confidence"], signed["coded_on"]) == ("medium", "2026-11-24")
    clause = said["osw-kensington-2025-art-2-3"]
    assert clause["claim"] == "They assist each other, by military means too."
    assert (clause["treaty_id"], clause["provision_id"]) == ("kensington-2025", "kensington-2025-art-2-3")


def test_ids_stay_when_other_statements_come_and_go(sheet: Path, data: Path) -> None:
    two = "\n  - {source: osw, claim: One.}\n  - {source: osw, claim: Two.}\n"
    sheet.write_text(SHEET.replace("\n  - source: osw\n", "\n  - source: osw\n" + two[1:]), encoding="utf-8")
    assert add([sheet], data).written
    claims = {key: row["claim"] for key, row in rows(data, "statements").items() if key.startswith("osw-kensington")}
    assert claims["osw-kensington-2025-art-2-3-2"] == "One."
    assert claims["osw-kensington-2025-art-2-3-3"] == "Two."
    assert add([sheet], data).changes == ()
    sheet.write_text(SHEET.replace("\n  - source: osw\n", two), encoding="utf-8")
    (change,) = add([sheet], data).changes
    assert (change.kind, change.key) == ("removed", "osw-kensington-2025-art-2-3")
    sheet.write_text(SHEET.replace("\n  - source: osw\n", two + "  - {source: osw, claim: Three.}\n"), encoding="utf-8")
    (change,) = add([sheet], data).changes
    assert (change.kind, change.key) == ("added", "osw-kensington-2025-art-2-3")


@pytest.mark.parametrize(
    ("old", "new", "rule", "hint"),
    [
        ("modality: obligation", "modality: obligatoin", "schema/enum", "Did you mean “obligation”?"),
        ("category: mutual-defence", "category: mutual-defense", "schema/foreignKey", "Did you mean “mutual-defence”?"),
        ("instrument: treaty\n", "instrument:\n", "schema/required", ""),
        ("  - source: osw\n", "  - source: olw\n", "schema/foreignKey", "Did you mean “osw”?"),
        ("basis: report", "basics: report", "sheet/unknown-key", "Did you mean “basis”?"),
        ("obligor: [gbr, deu]", "obligator: [gbr, deu]", "sheet/unknown-key", "Did you mean “obligor”?"),
        ("title: Treaty on Friendship", "title: [Treaty]\n  note: x", "sheet/shape", ""),
        ("  id: kensington-2025\n", "", "sheet/no-treaty", ""),
    ],
)
def test_a_fault_is_told_at_its_line_and_nothing_is_written(
    sheet: Path, data: Path, old: str, new: str, rule: str, hint: str
) -> None:
    before = snapshot(data)
    line, column = edit(sheet, old, new)
    addition = add([sheet], data)
    found = [finding for finding in addition.report.findings if finding.rule == rule]
    assert found, addition.report.findings
    assert {finding.file for finding in found} == {str(sheet)}
    assert not addition.written
    assert snapshot(data) == before
    if rule not in ("sheet/no-treaty", "schema/required"):
        assert found[0].line == line
        assert column <= (found[0].column or 0) <= column + 30
        assert found[0].hint.startswith(hint)


def test_a_fault_elsewhere_is_told_in_the_csv(sheet: Path, data: Path) -> None:
    line, column = edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    (finding,) = add([sheet], data).report.findings
    assert (finding.file, finding.line, finding.column) == (str(data / "actions.csv"), line, column)


def test_the_command(sheet: Path, data: Path, run: Callable[..., Result]) -> None:
    before = snapshot(data)
    result = run("add", sheet, data, "--dry-run")
    assert result.exit_code == 0
    told = re.search(r"kensington-2025: (\d+) rows would change; nothing was written\.", result.stdout)
    assert told
    assert snapshot(data) == before
    assert f"kensington-2025: {told[1]} rows changed." in run("add", sheet, data).stdout
    assert "nothing to change" in run("add", sheet, data).stdout
    edit(sheet, "modality: obligation", "modality: obligatoin")
    result = run("add", sheet, data)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{sheet}:22:13: error schema/enum")


def test_the_sheet_of_the_readme_can_be_added_as_it_stands(data: Path, tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(treaty:.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "kensington-2025.yaml").write_text(block, encoding="utf-8")
    addition = add([tmp_path / "kensington-2025.yaml"], data)
    assert addition.report.findings == ()
    assert addition.written
