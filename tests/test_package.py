"""The library’s front door."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

import provisions
from conftest import DATA
from provisions.errors import EngineError, NotFoundError, PackageError

if TYPE_CHECKING:
    from pathlib import Path

    from provisions.publication.release import Release


@pytest.fixture(scope="module")
def package() -> provisions.Package:
    return provisions.open_package(DATA)


def test_import_is_light() -> None:
    """Nothing heavy is imported before it is needed."""
    code = "import sys, provisions; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"duckdb", "click", "yaml", "jsonschema", "pandas", "numpy", "provisions.package"} & set(modules)


def test_every_public_name_is_there() -> None:
    for name in provisions.__all__:
        assert getattr(provisions, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        provisions.nothing  # noqa: B018


def test_tables_as_rows_and_relations(package: provisions.Package) -> None:
    rows = package.rows("passages")
    assert [row["number"] for row in rows] == [1, 2, 3, 4, 5]
    relation = package.table("passages")
    assert relation.fetchall() == [tuple(row.values()) for row in rows]
    assert list(relation.df()["number"]) == [1, 2, 3, 4, 5]
    assert relation.pl()["source_id"].to_list() == ["hotscup-2024"] * 5
    assert {row["id"]: row["term_months"] for row in package.rows("treaties")}["cst-1992"] == 60


def test_arrow(package: provisions.Package) -> None:
    assert package.table("parties").to_arrow_table().num_rows == len(package.rows("parties"))


def test_query_compares_bounds_of_dates(package: provisions.Package) -> None:
    sql = "SELECT date, date_earliest, date_latest FROM actions WHERE id = 'lisbon-1992-blr-removal'"
    assert package.query(sql).fetchall() == [("1996-11", dt.date(1996, 11, 1), dt.date(1996, 11, 30))]


def test_query_cannot_leave_the_database(package: provisions.Package, tmp_path: Path) -> None:
    package.rows("parties")
    for sql in (
        f"SELECT * FROM read_csv('{DATA / 'parties.csv'}')",
        f"COPY parties TO '{tmp_path / 'x.csv'}'",
        "SET memory_limit = '1GB'",
    ):
        with pytest.raises(EngineError):
            package.engine.rows(sql)
    assert not list(tmp_path.iterdir())


def test_unknown_names_are_told_with_what_was_meant(package: provisions.Package) -> None:
    with pytest.raises(NotFoundError, match="Did you mean “statements”"):
        package.table("statments")
    with pytest.raises(NotFoundError, match="Did you mean “rus-blr-2024”"):
        package.dossier("rus-blr-204")
    with pytest.raises(NotFoundError, match="Did you mean “rus-blr-2024-art-5”"):
        package.evidence("rus-blr-2024-art5")
    with pytest.raises(NotFoundError, match="not held"):
        package.anchors("reuters-2024-12-06")


def test_dossier(package: provisions.Package) -> None:
    dossier = package.dossier("rus-blr-2024")
    basing = next(provision for provision in dossier.provisions if provision["locator"] == "Art. 5")
    assert basing["roles"] == {
        "obligor": ["Republic of Belarus"],
        "host": ["Republic of Belarus"],
        "beneficiary": ["Russian Federation"],
    }
    assert [condition["kind"] for condition in basing["conditions"]] == ["separate-agreement"]
    assert basing["support"]["origins"] >= 2
    assert [party["id"] for party in dossier.parties] == ["blr", "rus"]
    dates = [action["date"] for action in dossier.actions]
    assert dates == sorted(dates)
    decision = next(provision for provision in dossier.provisions if provision["id"] == "rus-blr-2024-art-6-decision")
    against = {remark["id"]: remark for remark in decision["remarks"] if remark["contradicts"]}
    assert "names no person" in against["hotscup-2024-approval"]["decided"]
    assert {source["id"] for source in dossier.sources} >= {"hotscup-2024", "belkorpus-treaty-text"}


def test_context_manager_frees_the_engine() -> None:
    with provisions.open_package(DATA) as opened:
        opened.rows("parties")
    assert "engine" not in vars(opened)


def test_opens_zip_folder_and_descriptor_alike(published: Release) -> None:
    for path in (published.folder, published.folder / "datapackage.json", published.archive):
        report = provisions.validate(path)
        assert report.ok
        assert report.waived > 0, "the rules of a release are run"
        assert provisions.dossier("rus-blr-2024", path).treaty["id"] == "rus-blr-2024"


@pytest.mark.parametrize("name", ["../evil.csv", "/evil.csv", "a/../../evil.csv", "C:evil.csv", "a\\evil.csv"])
def test_zip_that_writes_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "p" / "p.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr(name, "x")
    with pytest.raises(PackageError, match="outside"):
        provisions.open_package(path)
    assert not list(tmp_path.rglob("evil.csv"))


def test_zip_with_an_entry_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("A.csv", "y")
    with pytest.raises(PackageError, match="twice"):
        provisions.open_package(path)


def test_folder_without_a_descriptor_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="provisions compile"):
        provisions.open_package(tmp_path)


def test_memory_limit_is_kept_and_a_senseless_one_is_told() -> None:
    assert provisions.validate(DATA, memory_limit="200MB").ok
    with pytest.raises(EngineError, match="Memory"):
        provisions.validate(DATA, memory_limit="many")
