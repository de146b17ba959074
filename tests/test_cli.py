"""The command line: what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conftest import DATA, ROOT, edit
from provisions.cli import _COMMANDS, main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_has_help_with_an_example(command: str, run: Callable[..., Result]) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"provisions {command}" in result.stdout


def test_validate_json_is_the_contract(run: Callable[..., Result], data: Path) -> None:
    result = run("validate", data, "-f", "json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert list(report) == ["version", "package", "engine", "ok", "counts", "rows", "seconds", "findings", "truncated"]
    assert report["version"] == 1
    assert report["ok"] is True
    assert list(report["counts"]) == ["error", "warning", "waived", "by_rule"]
    edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    result = run("validate", data, "-f", "json")
    assert result.exit_code == 1
    (finding,) = json.loads(result.stdout)["findings"]
    assert set(finding) == {
        *("rule", "severity", "table", "file", "line", "column", "key", "field", "value", "expected"),
        *("message", "hint", "fingerprint"),
    }


def test_validate_text(run: Callable[..., Result], data: Path) -> None:
    line, column = edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    result = run("validate", data)
    assert result.exit_code == 1
    assert result.stdout.startswith(
        f"{data}/actions.csv:{line}:{column}: error schema/format\n    “2025-02-38” is not a date"
    )
    assert "not valid – 1 error, " in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize(("option", "code"), [("error", 0), ("warning", 1), ("never", 0)])
def test_fail_on(run: Callable[..., Result], data: Path, option: str, code: int) -> None:
    waivers = (data / "waivers.csv").read_text("utf-8").split("\n", 1)[0] + "\n"
    (data / "waivers.csv").write_text(waivers, encoding="utf-8")
    assert run("validate", data, "--fail-on", option).exit_code == code


def test_exit_codes(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("validate", "--no-such-option").exit_code == 2
    assert run("vaildate").exit_code == 2
    assert "Did you mean 'validate'" in run("vaildate").stderr
    assert run("validate", tmp_path / "nowhere").exit_code == 3
    assert run("show", "nothing-like-it", DATA).exit_code == 3
    assert run("evidence", "a", "b").exit_code == 2


def test_output_goes_to_a_file(run: Callable[..., Result], tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    result = run("validate", DATA, "-f", "json", "-o", out)
    assert result.stdout == ""
    assert json.loads(out.read_text("utf-8"))["ok"]
    assert run("validate", DATA, "-o", tmp_path / "no" / "where").exit_code == 3


def test_terminal_is_not_steered_by_data(run: Callable[..., Result], data: Path) -> None:
    edit(data / "speakers.csv", "Alexander Lukashenko", "\x1b[2J\u202eLukashenko\u200b")
    for command in (("show", "rus-blr-2024", data), ("evidence", data)):
        out = run(*command).stdout
        assert "\\x1b[2J\\u202eLukashenko\\u200b" in out
        assert not {"\x1b", "\u202e", "\u200b"} & set(out)


def test_show_reads_like_a_dossier(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    out = run("show", "rus-blr-2024", DATA).stdout
    for part in ("PARTIES", "LIFE", "PROVISIONS", "RELATIONS", "SAID OF THE TREATY", "SOURCES"):
        assert part in out
    assert "Republic of Belarus permits for Russian Federation; host: Republic of Belarus" in out
    assert "only if   subject to separate agreements (separate-agreement)" in out
    assert "2025-03-13  all  entry-into-force" in out
    assert max(map(len, (line for line in out.splitlines() if "http" not in line))) <= 110


def test_show_json(run: Callable[..., Result]) -> None:
    dossier = json.loads(run("show", "rus-blr-2024", DATA, "-f", "json").stdout)
    assert dossier["treaty"]["id"] == "rus-blr-2024"
    assert dossier["provisions"][0]["remarks"]


def test_evidence_of_the_package_of_a_row_of_a_chain_and_of_a_source(run: Callable[..., Result]) -> None:
    out = run("evidence", DATA).stdout
    count = re.search(r"CONTRADICTIONS \((\d+) statements, (\d+) decided\)", out)
    assert count
    assert count[1] == count[2]
    assert "RETELLINGS" in out
    out = run("evidence", "rus-blr-2024-art-5", DATA).stdout
    assert "belkorpus-treaty-text-art-5" in out
    out = run("evidence", "hotscup-2024-approval", DATA).stdout
    steps = [
        "espreso-nuclear-permission-consent",
        "reuters-2024-12-06-approval",
        "daily-guardian-treaty-approval",
        "hotscup-2024-approval",
    ]
    places = [out.index(f"[{step}]") for step in steps]
    assert places == sorted(places)
    assert "21 sentences, 0 bare" in run("evidence", "--source", "hotscup-2024", DATA).stdout
    for arguments in ((), ("rus-blr-2024-art-5",), ("--source", "hotscup-2024")):
        assert json.loads(run("evidence", *arguments, DATA, "-f", "json").stdout)


def test_rules(run: Callable[..., Result]) -> None:
    assert "quote-not-in-source" in run("rules").stdout
    out = run("rules", "quote-not-in-source").stdout
    assert "To mend it" in out
    assert "SELECT" in out
    assert "JSON Schema" in run("rules", "schema/enum").stdout
    assert {rule["rule"] for rule in json.loads(run("rules", "-f", "json").stdout)} >= {"stale-waiver"}
    result = run("rules", "quote-not-in-sauce")
    assert result.exit_code == 3
    assert "Did you mean “quote-not-in-source”" in result.stderr


def test_passages_prints_the_rows_that_are_committed(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("passages", ROOT / "seeds" / "hotscup-2024.txt")
    assert result.stdout == (DATA / "passages.csv").read_text("utf-8")
    (tmp_path / "x.txt").write_text("A.\n", encoding="utf-8")
    assert "header x.yaml is missing" in run("passages", tmp_path / "x.txt").stderr
    (tmp_path / "x.yaml").write_text("sha256: 0\n", encoding="utf-8")
    assert "must say `sha256: " in run("passages", tmp_path / "x.txt").stderr


def test_compile_check(run: Callable[..., Result], data: Path) -> None:
    assert run("compile", data, "--check").exit_code == 0
    edit(data / "package.yaml", "version: 0.1.0", "version: 0.2.0")
    assert run("compile", data, "--check").exit_code == 1
    assert run("compile", data).exit_code == 0
    assert json.loads((data / "datapackage.json").read_text("utf-8"))["version"] == "0.2.0"
    assert run("compile", data, "--check").exit_code == 0


def test_publish(run: Callable[..., Result], small: Path, tmp_path: Path) -> None:
    result = run("publish", small, "-o", tmp_path / "dist")
    assert result.exit_code == 0
    stem = "security-treaty-provisions-0.1.0"
    assert (tmp_path / "dist" / stem / f"{stem}.zip").is_file()
    short = run("publish", small, "-o", tmp_path / "other", "--memory-limit", "1MB")
    assert (short.exit_code, "raise --memory-limit" in short.stderr) == (3, True)
    assert not (tmp_path / "other").exists()


def test_colour_only_on_a_terminal_and_a_closed_pipe_is_quiet() -> None:
    command = f"{sys.executable} -m provisions show rus-blr-2024 {DATA} | head -1"
    result = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=True, env=os.environ | {"FORCE_COLOR": ""}
    )
    assert result.stderr == ""
    assert result.stdout.startswith("Treaty between")


def test_the_shell_completes_treaties(monkeypatch: pytest.MonkeyPatch, run: Callable[..., Result]) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COMP_WORDS", "provisions show anzus")
    monkeypatch.setenv("COMP_CWORD", "2")
    shown = CliRunner().invoke(main, prog_name="provisions", env={"_PROVISIONS_COMPLETE": "bash_complete"})
    assert "anzus-1951" in shown.output
    assert run("show", "anzus-1951").exit_code == 0


def test_quiet_says_nothing_where_nothing_fails(data: Path, run: Callable[..., Result]) -> None:
    assert run("validate", data, "--quiet").output == ""
    edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    assert "2025-02-38" in run("validate", data, "--quiet").output


def test_the_clauses_of_a_treaty_as_a_table(run: Callable[..., Result]) -> None:
    header, *rows = run("show", "anzus-1951", DATA, "-f", "csv").stdout.splitlines()
    assert header.startswith("category_id,category,treaty_id")
    assert all(",anzus-1951," in row for row in rows)
    assert run("show", "anzus-1951", DATA, "-f", "markdown").stdout.startswith("| category_id |")
    assert run("show", "anzus-1952", DATA, "-f", "csv").exit_code == 3


def test_verbose_counts_every_rule_and_table(data: Path, run: Callable[..., Result]) -> None:
    edit(data / "actions.csv", "2025-02-18", "2025-02-38")
    result = run("validate", data, "--verbose")
    assert re.search(r"schema/format +1\n", result.stderr)
    assert re.search(r"quote-not-in-source +0\n", result.stderr)
    assert re.search(r"treaties +[1-9]", result.stderr)
