"""From an edited row to a commit: canonical form, what a change brought about, baselines, waivers, review, the hook."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DATA, ROOT, edit, write_package
from provisions import open_package, validate
from provisions.canonical import read_rows
from provisions.differences import compare_tables
from provisions.manifest import open_manifest
from provisions.package import format_package
from provisions.review import review
from provisions.schema import standard_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from provisions.publication.release import Release

GIT = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with the committed package; the working folder is in it."""
    git(data.parent, "init", "-q", "-b", "main")
    git(data.parent, "add", "-A")
    git(data.parent, "commit", "-q", "-m", "base")
    monkeypatch.chdir(data.parent)
    return data


# Canonical form


def test_the_committed_package_is_in_canonical_form(run: Callable[..., Result]) -> None:
    result = run("fmt", DATA, "--check")
    assert result.exit_code == 0
    assert "canonical form" in result.stdout


def test_fmt_orders_quotes_trims_and_composes(data: Path, run: Callable[..., Result]) -> None:
    before = {path.name: path.read_bytes() for path in data.glob("*.csv")}
    lines = (data / "speakers.csv").read_text("utf-8").splitlines()
    untidy = [lines[0], *reversed(lines[1:])]
    untidy[1] = untidy[1].replace(",", " ,", 1)
    text = unicodedata.normalize("NFD", "\r\n".join(untidy) + "\r\n")
    (data / "speakers.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert "speakers.csv: not in canonical form" in run("fmt", data, "--check").stdout
    assert run("fmt", data, "--diff").exit_code == 1
    result = run("fmt", data)
    assert result.exit_code == 0
    assert {path.name: path.read_bytes() for path in data.glob("*.csv")} == before


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


@given(
    st.lists(
        st.tuples(CELLS, CELLS, CELLS), max_size=6, unique_by=lambda row: unicodedata.normalize("NFC", row[0]).strip()
    )
)
def test_fmt_is_idempotent_and_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("fmt")
    tables = {"passages": [{"source_id": key, "number": str(n), "text": text} for n, (key, text, _) in enumerate(rows)]}
    tables["treaties"] = [{"id": key, "title": text, "note": note} for key, text, note in rows]
    package = write_package(folder, tables)
    format_package(package)
    assert format_package(package) == {}
    for name, given_rows in tables.items():
        table = standard_tables()[name]
        found = [row.cells for row in read_rows(package / f"{name}.csv", table)]
        verbatim = {column.name for column in table.columns if column.schema.get("x-verbatim")}
        wanted = [
            {k: v if k in verbatim else unicodedata.normalize("NFC", v).strip() for k, v in row.items()}
            for row in given_rows
        ]
        assert (
            sorted(map(str, ({k: cells[k] for k in wanted[0]} for cells in found))) == sorted(map(str, wanted))
            if wanted
            else not found
        )


def test_fmt_leaves_what_it_cannot_read_exactly(data: Path, run: Callable[..., Result]) -> None:
    (data / "roles.csv").write_bytes((data / "roles.csv").read_bytes() + b"a,b\n")
    before = {path.name: path.read_bytes() for path in data.glob("*.csv")}
    result = run("fmt", data)
    assert result.exit_code == 3
    assert "roles.csv" in result.stderr
    assert {path.name: path.read_bytes() for path in data.glob("*.csv")} == before


# What a change brought about


def test_only_what_the_work_brought_about_is_told(repository: Path) -> None:
    edit(repository / "actions.csv", "2025-02-18", "2025-02-38")
    git(repository.parent, "commit", "-qam", "an old fault")
    assert validate(repository, changed_since="HEAD").ok
    assert not validate(repository).ok
    edit(repository / "actions.csv", "rus-blr-2024,rus,submission,", "rus-blr-2024,rus,submision,")
    report = validate(repository, changed_since="HEAD")
    assert [finding.value for finding in report.findings] == ["submision"]
    assert report.errors == sum(report.by_rule.values()) == 1
    assert {f.value for f in validate(repository, changed_since="HEAD~1").findings} == {"submision", "2025-02-38"}


def test_what_a_deletion_orphans_elsewhere_is_told(repository: Path) -> None:
    text = (repository / "treaties.csv").read_text("utf-8")
    (repository / "treaties.csv").write_text(re.sub(r"(?m)^anzus-1951,.*\n", "", text), encoding="utf-8")
    report = validate(repository, changed_since="HEAD")
    assert report.errors
    assert {finding.rule for finding in report.findings} >= {"schema/foreignKey"}
    assert {finding.table for finding in report.findings} >= {"actions", "provisions"}


def test_reordering_formatting_and_renaming_bring_nothing_about(repository: Path) -> None:
    edit(repository / "actions.csv", "2025-02-18", "2025-02-38")
    git(repository.parent, "commit", "-qam", "an old fault")
    lines = (repository / "actions.csv").read_text("utf-8").splitlines()
    (repository / "actions.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8")
    assert validate(repository, changed_since="HEAD").ok
    for path in repository.glob("*.csv"):
        path.write_text(
            re.sub(r"\banzus-1951-art-10-withdrawal\b", "anzus-1951-leaving", path.read_text("utf-8")), encoding="utf-8"
        )
    assert [f for f in validate(repository, changed_since="HEAD").findings if f.table != "waivers"] == []


def test_a_revision_that_there_is_not(repository: Path, run: Callable[..., Result]) -> None:
    result = run("validate", repository, "--changed-since", "nonsense")
    assert (result.exit_code, "nonsense: no such revision" in result.stderr) == (3, True)
    assert run("validate", repository, "--changed-since", "--output=/tmp/x").exit_code == 3


def test_a_baseline(data: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    old = tmp_path / "old.json"
    assert run("validate", data, "-f", f"json:{old}").exit_code == 1
    assert run("validate", data, "--baseline", old).exit_code == 0
    edit(data / "actions.csv", "rus-blr-2024,rus,submission,", "rus-blr-2024,rus,submision,")
    result = run("validate", data, "--baseline", old, "-f", "json")
    assert [finding["value"] for finding in json.loads(result.stdout)["findings"]] == ["submision"]
    (tmp_path / "none.json").write_text("{}", encoding="utf-8")
    assert run("validate", data, "--baseline", tmp_path / "none.json").exit_code == 3


def test_some_rules_only(data: Path, run: Callable[..., Result]) -> None:
    edit(data / "actions.csv", "rus-blr-2024,rus,submission,", "rus-blr-2024,rus,submision,")
    assert run("validate", data, "--ignore", "schema/*").exit_code == 0
    assert run("validate", data, "--select", "schema/enum").exit_code == 1
    assert run("validate", data, "--select", "schema/format").exit_code == 0


# Waivers


def test_a_finding_is_waived_and_a_stale_waiver_fails(data: Path, run: Callable[..., Result]) -> None:
    text = (data / "waivers.csv").read_text("utf-8").splitlines()
    row = next(line for line in text if line.startswith("contradicted-value,"))
    (data / "waivers.csv").write_text("\n".join(line for line in text if line != row) + "\n", encoding="utf-8")
    (finding,) = validate(data).findings
    assert finding.rule == "contradicted-value"
    assert f"[{finding.fingerprint}]" in run("validate", data).stdout
    assert run("waive", "0" * 16, data, "--reason", "r").exit_code == 3
    result = run("waive", finding.fingerprint, data, "--reason", "The text decides.")
    assert result.exit_code == 0
    assert validate(data).findings == ()
    assert run("fmt", data, "--check").exit_code == 0
    (data / "waivers.csv").write_text(
        "\n".join([*text, "contradicted-value,statements,gone,r,2026-01-01"]) + "\n", encoding="utf-8"
    )
    assert "stale-waiver" in {found.rule for found in validate(data).findings}


def test_what_breaks_a_schema_is_not_waived(data: Path, run: Callable[..., Result]) -> None:
    edit(data / "actions.csv", "rus-blr-2024,rus,submission,", "rus-blr-2024,rus,submision,")
    finding = next(found for found in validate(data).findings if found.rule == "schema/enum")
    result = run("waive", finding.fingerprint, data, "--reason", "r")
    assert (result.exit_code, "must be mended" in result.stderr) == (3, True)


# Review


def test_a_review_tells_rows_and_what_follows(repository: Path, run: Callable[..., Result]) -> None:
    edit(
        repository / "actions.csv",
        "rus-blr-2024-entry-into-force,rus-blr-2024,,entry-into-force,2025-03-13",
        "rus-blr-2024-entry-into-force,rus-blr-2024,,entry-into-force,2025-03-14",
    )
    found = review("HEAD", None)
    (change,) = found.changes
    assert (change.table, change.kind, change.columns) == ("actions", "changed", ("date",))
    assert (change.was["date"], change.now["date"]) == ("2025-03-13", "2025-03-14")
    told = {(one.table, one.key, one.column): (one.was, one.now) for one in found.consequences}
    assert told["treaty_status", "rus-blr-2024", "since"] == ("2025-03-13", "2025-03-14")
    assert "date: 2025-03-13 → 2025-03-14" in run("diff", "HEAD").stdout
    assert json.loads(run("diff", "HEAD", "-f", "json").stdout)["changes"][0]["key"] == change.key
    assert "<details>" in run("diff", "HEAD", "-f", "markdown").stdout
    assert "No row differs" in run("diff", repository, repository).stdout


def test_panel_cells_that_follow_are_told_by_their_years(repository: Path) -> None:
    text = (repository / "roles.csv").read_text("utf-8")
    (repository / "roles.csv").write_text(re.sub(r"(?m)^usa-phl-1951-art-4-1,.*\n", "", text), encoding="utf-8")
    told = [one for one in review("HEAD", None).consequences if one.table == "dyad_year"]
    assert {(one.key, one.column, one.was) for one in told} >= {("phl/usa", "defense", "1")}
    assert all(one.years for one in told)


def _state(package: Path) -> dict[str, list[dict[str, str]]]:
    return {r.table.name: [row.cells for row in read_rows(r.path, r.table)] for r in open_manifest(package).resources}


def test_a_treaty_that_is_renamed_is_one_change(data: Path) -> None:
    """Its provisions and statements, whose ids begin with the old one, are renamed with it; nothing else differs."""
    before = _state(data)
    renamed = {
        name: [
            {k: re.sub(r"\banzus-1951\b", "anzus", v) if k.endswith("id") or k == "key" else v for k, v in row.items()}
            for row in rows
        ]
        for name, rows in before.items()
    }
    difference = compare_tables(before, renamed, standard_tables())
    kinds = {(change.table, change.kind) for change in difference.changes}
    assert ("treaties", "renamed") in kinds
    assert {kind for table, kind in kinds if table != "waivers"} == {"renamed"}
    assert difference.keys["treaties"] == {"anzus-1951": "anzus"}


# The hook

FAULTS = (
    ("actions.csv", "rus-blr-2024,rus,submission,", "rus-blr-2024,rus,submision,"),
    ("actions.csv", "2025-02-18", "2025-02-38"),
    (
        "actions.csv",
        "rus-blr-2024-exchange,rus-blr-2024,",
        "rus-blr-2024-exchange,rus-blr-2042,",
    ),
    ("provisions.csv", "rus-blr-2024-art-5,rus-blr-2024,Art. 5,", "rus-blr-2024-art-5,rus-blr-2024,Art. 5,x-"),
    ("provisions.csv", "rus-blr-2024-art-4-1,rus-blr-2024,", "rus-blr-2024-art-4-1,,"),
    ("roles.csv", "rus-blr-2024-art-5,blr,host", "rus-blr-2024-art-5,bLlr,host"),
    ("roles.csv", "rus-blr-2024-art-5,rus,", "rus-blr-2024-art-55,rus,"),
    (
        "actions.csv",
        "nato-1949-fin-accession,nato-1949,fin,accession,2023-04-04",
        "nato-1949-fin-accession,nato-1949,fin,accession,4 April 2023",
    ),
)


def test_a_commit_with_eight_faults_is_stopped_by_the_hook_and_passes_when_they_are_mended(
    repository: Path, tmp_path: Path
) -> None:
    """In a terminal, with the real pre-commit and a clone of this project, as CONTRIBUTING.md has it."""
    hooks = tmp_path / "hooks"
    wanted = (
        "src",
        "schema",
        "datapackage",
        "seeds",
        "tests",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        ".pre-commit-hooks.yaml",
    )
    hooks.mkdir()
    for name in wanted:
        copy: Any = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, hooks / name)
    git(hooks, "init", "-q")
    git(hooks, "add", "-A")
    git(hooks, "commit", "-q", "-m", "hooks")
    head = subprocess.run(
        [*GIT, "rev-parse", "HEAD"], cwd=hooks, check=True, capture_output=True, text=True
    ).stdout.strip()
    config = {
        "repos": [{"repo": str(hooks), "rev": head, "hooks": [{"id": "provisions-fmt"}, {"id": "provisions-validate"}]}]
    }
    root = repository.parent
    (root / ".pre-commit-config.yaml").write_text(json.dumps(config), encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "hooks")
    environment = os.environ | {
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
        "NO_COLOR": "1",
        "COLUMNS": "200",
        "TERM": "xterm",
    }
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "install", "--install-hooks"],
        cwd=root,
        check=True,
        capture_output=True,
        env=environment,
    )
    for file, old, new in FAULTS:
        text = (repository / file).read_text("utf-8")
        assert old in text, old
        (repository / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    code, shown = _in_terminal([*GIT, "commit", "-am", "eight faults"], root, environment)
    assert code == 1
    for word in (
        "submision",
        "2025-02-38",
        "rus-blr-2042",
        "x-",
        "treaty_id",
        "bLlr",
        "rus-blr-2024-art-55",
        "4 April 2023",
    ):
        assert word in shown, word
    for file, old, new in FAULTS:
        text = (repository / file).read_text("utf-8")
        (repository / file).write_text(text.replace(new, old, 1), encoding="utf-8")
    edit(repository / "treaties.csv", 'anzus-1951,"Security Treaty', 'anzus-1951,"The Security Treaty')
    code, shown = _in_terminal([*GIT, "commit", "-am", "mended"], root, environment)
    assert code == 0, shown
    done = subprocess.run(
        [sys.executable, "-m", "provisions", "diff", "HEAD~1", "HEAD"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "title: Security Treaty" in done.stdout


def _in_terminal(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Exit code and output of a command whose output is a terminal."""
    here, there = pty.openpty()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=there, stderr=there
    ) as process:
        os.close(there)
        shown = b""
        while True:
            try:
                piece = os.read(here, 65536)
            except OSError:  # what Linux says when the other end is closed
                break
            if not piece:
                break
            shown += piece
    os.close(here)
    return process.returncode, shown.decode(errors="replace")


def test_open_package_waives_nothing_in_a_zip(published: Release, run: Callable[..., Result]) -> None:
    archive = published.archive
    with open_package(archive) as package, pytest.raises(Exception, match="fingerprint"):
        package.waive("0" * 16, "r")
    assert run("fmt", archive).exit_code == 3
