"""The committed data: what the project promises of them beyond what a rule can say."""

from __future__ import annotations

import csv
import json
import unicodedata
from typing import TYPE_CHECKING

import pytest

from conftest import DATA, ROOT
from provisions import open_package
from provisions.passages import check_header
from provisions.schema import standard_tables

if TYPE_CHECKING:
    from provisions import Package


@pytest.fixture(scope="module")
def package() -> Package:
    return open_package(DATA)


@pytest.mark.parametrize("name", list(standard_tables()))
def test_tables_are_in_canonical_form(name: str) -> None:
    """UTF-8, LF, minimal quotes, NFC, rows in the order of their key."""
    table = standard_tables()[name]
    text = (DATA / f"{name}.csv").read_bytes().decode("utf-8")
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    assert unicodedata.is_normalized("NFC", text)

    def key(row: dict[str, str]) -> list[tuple[int, str]]:
        return [(int(row[c]), "") if table.column(c).type == "integer" else (0, row[c]) for c in table.primary_key]

    assert rows == sorted(rows, key=key)
    assert all(cell == cell.strip() for row in rows for cell in row.values())


def test_every_sentence_of_the_article_is_anchored(package: Package) -> None:
    rows = package.anchors("hotscup-2024")
    assert len(rows) == 21
    assert [row["sentence"] for row in rows if not row["remarks"]] == []
    text = (ROOT / "seeds" / "hotscup-2024.txt").read_text("utf-8")
    assert " ".join(row["sentence"] for row in rows) == text.replace("\n", " ")


@pytest.mark.parametrize("seed", sorted((ROOT / "seeds").glob("*.txt")), ids=lambda path: path.stem)
def test_seed_has_its_header(seed: object) -> None:
    check_header(seed)  # type: ignore[arg-type]


def test_categories_can_be_coded_alike(package: Package) -> None:
    """Below the top of the tree each says what it leaves out and how doubt is decided."""
    for row in package.rows("categories"):
        if row["broader_id"] is not None and "Use a narrower category" not in row["definition"]:
            assert "Not here:" in row["definition"], row["id"]
            assert "Borderline:" in row["definition"], row["id"]


def test_crosswalk_names_kinds_of_condition(package: Package) -> None:
    known = json.loads((ROOT / "schema" / "conditions.json").read_text("utf-8"))["properties"]["kind"]["enum"]
    assert {row["condition_kind"] for row in package.rows("crosswalk")} - {None} <= set(known)


def test_nothing_rests_on_memory(package: Package) -> None:
    """Every provision, role and action has a supporting statement; every statement has a source with a place to look."""
    summary = {row["table_name"]: row for row in package.evidence_summary()[0]}
    assert summary["provisions"]["unsupported"] == summary["actions"]["unsupported"] == 0
    sources = {row["id"]: row for row in package.rows("sources")}
    cited = {row["source_id"] for row in package.rows("statements")}
    assert not [source for source in cited if "memory" in source]
    nowhere = [source for source in cited if not sources[source]["url"]]
    assert nowhere == []


def test_every_contradiction_has_been_decided(package: Package) -> None:
    _, contradictions, _ = package.evidence_summary()
    assert contradictions
    assert all(remark["decided"] for remark in contradictions)


def test_the_claim_on_approval_can_be_followed_to_its_origin(package: Package) -> None:
    _, chain = package.evidence("hotscup-2024-approval")
    assert [remark["speaker"] for remark in chain[:2]] == ["Alexander Lukashenko"] * 2
    assert [remark["source_id"] for remark in chain][-2:] == ["daily-guardian-treaty", "hotscup-2024"]
    assert chain[0]["about_key"].startswith("rus-blr-2023"), (
        "the remark was made before the treaty, of weapons already there"
    )
    assert chain[-1]["about_key"].startswith("rus-blr-2024-art-6")


def test_the_life_of_the_treaty(package: Package) -> None:
    dossier = package.dossier("rus-blr-2024")
    life = [(action["date"], action["party_id"], action["kind"]) for action in dossier.actions]
    for step in (
        ("2024-12-04", "blr", "authorisation"),
        ("2024-12-05", "rus", "authorisation"),
        ("2024-12-06", "blr", "signature"),
        ("2024-12-06", "rus", "signature"),
        ("2025-02-18", "rus", "legislative-approval"),
        ("2025-02-26", "rus", "legislative-approval"),
        ("2025-02-28", "rus", "ratification"),
        ("2025-03-04", "blr", "ratification"),
        ("2025-03-13", None, "exchange-of-instruments"),
        ("2025-03-13", None, "entry-into-force"),
    ):
        assert step in life
    assert life.count(("2025-02-26", "blr", "legislative-approval")) == 2
    assert all(action["remarks"] for action in dossier.actions)
