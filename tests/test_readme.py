"""What the README shows can be copied and run."""

from __future__ import annotations

import re
import shlex
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conftest import ROOT
from provisions.cli import _COMMANDS, main

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = [
    [line.split("#")[0].strip() for line in block.splitlines()]
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
]
# Files in the form of ATOP’s, with made-up codes.
ATOP = {
    "atop4_01a.csv": "atopid,begyr,endyr,defense,offense,mem1,mem2\n3215,1951,0,0,0,2,900\n",
    "atop4_01m.csv": "atopid,member,yrent,yrexit,defense\n9999,2,1901,0,1\n9999,900,1901,1950,1\n",
}
COMMANDS = [line for block in BLOCKS for line in block]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[0])
def test_commands_run(block: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "datapackage", tmp_path / "datapackage")
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    for name, text in ATOP.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for line in block:
        if line.startswith("provisions "):
            result = CliRunner().invoke(main, shlex.split(line)[1:])
            assert result.exit_code == 0, result.output


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_python_runs(block: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102
    assert re.match(r"True [1-9]", capsys.readouterr().out)


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for line in COMMANDS:
        if line.startswith("make "):
            assert f"\n{line.split()[1]}:" in makefile


def test_every_command_is_shown() -> None:
    for command in _COMMANDS:
        assert f"provisions {command}" in README


def test_adding_a_rule_a_column_and_a_table_is_one_change_each(tmp_path: Path) -> None:
    """As the README says: files are discovered, nothing is registered."""
    import json
    import subprocess
    import sys

    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("schema", "datapackage", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def provisions(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-c",
            "import sys; sys.path.insert(0, 'src'); from provisions.cli import run; run()",
            *arguments,
        ]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    rule = "-- rule: no-alliances\n-- severity: error\n-- table: treaties\n-- column: title\n-- since: 0.2.0\n-- message: {value}\n-- hint: h\n--\n-- Prose.\n\nSELECT t._row, t.id AS key, t.region AS value FROM treaties t JOIN regions r ON r.id = t.region WHERE r.name = 'Mars'"
    (tmp_path / "src/provisions/rules/no-alliances.sql").write_text(rule, encoding="utf-8")
    schema = json.loads((tmp_path / "schema/treaties.json").read_text("utf-8"))
    schema["properties"]["region"] = {
        "type": "string",
        "title": "Region",
        "description": "Where.",
        "examples": ["mars"],
    }
    schema["x-table"]["foreignKeys"] = [{"fields": ["region"], "reference": {"resource": "regions", "fields": ["id"]}}]
    (tmp_path / "schema/treaties.json").write_text(json.dumps(schema), encoding="utf-8")
    column = {"type": "string", "title": "T", "description": "D.", "examples": ["mars"]}
    table = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:provisions:schema:regions",
        "title": "Regions",
        "description": "One row is a region.",
        "type": "object",
        "required": ["id"],
        "properties": {"id": column, "name": column},
        "additionalProperties": False,
        "x-table": {"primaryKey": ["id"]},
    }
    (tmp_path / "schema/regions.json").write_text(json.dumps(table), encoding="utf-8")
    (tmp_path / "datapackage/regions.csv").write_text("id,name\nmars,Mars\n", encoding="utf-8")
    path = tmp_path / "datapackage/treaties.csv"
    header, first, *rest = path.read_text("utf-8").splitlines()
    path.write_text(
        "\n".join([header + ",region", first + ",mars", *(row + "," for row in rest)]) + "\n", encoding="utf-8"
    )
    assert provisions("compile").returncode == 0
    result = provisions("validate")
    assert result.returncode == 1, result.stderr
    assert "no-alliances" in result.stdout
    assert "1 error" in result.stdout
