"""What changed since the last release decides how high the version must be, and is told by the change log and by every row."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

import provisions
from conftest import edit, write_foreign
from provisions.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _name(package: Path, version: str) -> None:
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    (package / "datapackage.json").write_text(json.dumps(descriptor | {"version": version}), encoding="utf-8")


@pytest.fixture
def released(small: Path, tmp_path: Path) -> Path:
    """The first release of a package."""
    _name(small, "0.1.0")
    (small / "CHANGELOG.md").write_text("# Changes\n\n## 0.1.0\n\nFirst release.\n", encoding="utf-8")
    return provisions.publish(tmp_path / "dist", small).folder


def _add(package: Path) -> None:
    with (package / "treaties.csv").open("a", encoding="utf-8") as file:
        file.write((package / "treaties.csv").read_text("utf-8").splitlines()[1].replace("t,", "u,", 1) + "\n")
    with (package / "statements.csv").open("a", encoding="utf-8") as file:
        line = (package / "statements.csv").read_text("utf-8").splitlines()[1]
        file.write(line.replace("x,t,", "y,u,").replace("x,", "y,", 1) + "\n")


def _say(run: Callable[..., Result], last: Path, package: Path) -> None:
    said = run("diff", last, package, "--changelog")
    assert said.exit_code == 0, said.output


def test_a_cell_asks_for_a_patch_and_a_row_for_a_minor_step(
    released: Path, small: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    edit(small / "treaties.csv", "t,T,", "t,Treaty,")
    _name(small, "0.1.0")
    assert "a patch step, 0.1.1 or higher" in " ".join(run("diff", released, small).output.split())
    with pytest.raises(PublishError, match=r"0\.1\.0 is too small after 0\.1\.0.*0\.1\.1 or higher"):
        provisions.publish(tmp_path / "other", small, released)
    _name(small, "0.1.1")
    with pytest.raises(PublishError, match=r"CHANGELOG.md does not say what changed since 0\.1\.0"):
        provisions.publish(tmp_path / "dist", small)
    _say(run, released, small)
    second = provisions.publish(tmp_path / "dist", small).folder
    _add(small)
    _name(small, "0.1.2")
    refused = run("diff", second, small, "--changelog")
    assert (refused.exit_code, "0.2.0 or higher" in refused.output) == (3, True)
    _name(small, "0.2.0")
    _say(run, second, small)
    changelog = (small / "CHANGELOG.md").read_text("utf-8")
    assert [line.split(" –")[0] for line in changelog.splitlines() if line.startswith("#")] == [
        *["# Changes", "## 0.2.0", "### Data", "## 0.1.1", "### Data", "## 0.1.0"]
    ]
    assert "* treaties, 1 corrected: `t` (title).\n" in changelog
    third = provisions.publish(tmp_path / "dist", small).folder
    history = {row["key"]: row for row in _rows(third / "history.csv") if row["table_name"] == "treaties"}
    assert history["t"] | {"removed_in": ""} == history["t"]
    told = {key: (row["first_release"], row["last_changed_release"]) for key, row in history.items()}
    assert told == {"t": ("0.1.0", "0.1.1"), "u": ("0.2.0", "0.2.0")}


def test_an_id_that_was_removed_is_refused(
    released: Path, small: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    kept = {name: (small / name).read_text("utf-8") for name in ("treaties.csv", "statements.csv")}
    _add(small)
    _name(small, "0.2.0")
    _say(run, released, small)
    second = provisions.publish(tmp_path / "dist", small).folder
    added = {name: (small / name).read_text("utf-8") for name in kept}
    for name, text in kept.items():
        (small / name).write_text(text, encoding="utf-8")
    _name(small, "0.3.0")
    _say(run, second, small)
    third = provisions.publish(tmp_path / "dist", small).folder
    gone = [row for row in _rows(third / "history.csv") if row["removed_in"]]
    assert {(row["table_name"], row["key"], row["removed_in"]) for row in gone} >= {("treaties", "u", "0.3.0")}
    for name, text in added.items():
        (small / name).write_text(text, encoding="utf-8")
    _name(small, "0.4.0")
    _say(run, third, small)
    with pytest.raises(PublishError, match=r"id '.' was that of a row removed in 0\.3\.0; ids are never used again"):
        provisions.publish(tmp_path / "dist", small)


def test_what_the_change_log_tells_of_must_be_given(released: Path, small: Path, tmp_path: Path) -> None:
    _name(small, "0.1.1")
    (small / "CHANGELOG.md").write_text("# Changes\n\n## 0.1.1\n\n## 0.1.0\n", encoding="utf-8")
    with pytest.raises(PublishError, match=r"tells of 0\.1\.0; give that release with --last"):
        provisions.publish(tmp_path / "elsewhere", small)
    with pytest.raises(PublishError, match="is no release of"):
        provisions.publish(tmp_path / "elsewhere", small, released / "derived.json")


COLUMNS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer"},
    {"name": "a", "type": "string", "constraints": {"enum": ["x", "y"]}},
]


@pytest.mark.parametrize(
    ("fields", "content", "level", "reason"),
    [
        (COLUMNS, "id,a\n1,x\n", "none", ""),
        (COLUMNS, "id,a\n1,y\n", "patch", "t0: 1 row corrected"),
        (COLUMNS, "id,a\n1,x\n2,y\n", "minor", "t0: 1 row added"),
        (COLUMNS, "id,a\n", "minor", "t0: 1 row removed"),
        ([*COLUMNS, {"name": "b"}], "id,a,b\n1,x,\n", "minor", "t0: the column b is new"),
        (COLUMNS[:1], "id\n1\n", "major", "t0: the column a is gone"),
        ([COLUMNS[0], {"name": "b"}], "id,b\n1,x\n", "major", "t0: the column a is gone"),
        ([{"name": "id", "type": "number"}, COLUMNS[1]], "id,a\n1,x\n", "major", "t0.id: number, which was integer"),
        ([COLUMNS[0], {"name": "a", "constraints": {"enum": ["x"]}}], "id,a\n1,x\n", "major", "value y is gone"),
        ([COLUMNS[0], {"name": "a", "constraints": {"enum": ["x", "y", "z"]}}], "id,a\n1,x\n", "minor", "value z is new"),
    ],
)  # fmt: skip
def test_any_package_is_told_its_next_version(
    fields: list[dict[str, Any]], content: str, level: str, reason: str, tmp_path: Path, run: Callable[..., Result]
) -> None:
    packages = []
    for name, columns, text in (("was", COLUMNS, "id,a\n1,x\n"), ("now", fields, content)):
        package = write_foreign(
            tmp_path / name, [{"schema": {"fields": columns, "primaryKey": "id"}}], {"t0.csv": text}
        )
        _name(package, "1.2.3")
        packages.append(package)
    step = json.loads(run("diff", *packages, "-f", "json").output)["step"]
    assert step["level"] == level
    assert reason in "; ".join(step["reasons"])


def test_the_flat_table_says_since_when(data: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    first = provisions.publish(tmp_path / "dist", data).folder
    flat = _rows(first / "flat.csv")
    assert {(row["first_release"], row["last_changed_release"]) for row in flat} == {("0.1.0", "0.1.0")}
    edit(data / "provisions.csv", flat[0]["summary"], flat[0]["summary"] + " Corrected.")
    _name(data, "0.1.1")
    _say(run, first, data)
    second = provisions.publish(tmp_path / "dist", data).folder
    changed = {row["provision_id"] for row in _rows(second / "flat.csv") if row["last_changed_release"] == "0.1.1"}
    assert changed == {flat[0]["provision_id"]}
    assert {row["first_release"] for row in _rows(second / "flat.csv")} == {"0.1.0"}


def test_the_same_version_has_nothing_to_add_to_its_change_log(
    released: Path, small: Path, run: Callable[..., Result]
) -> None:
    before = (small / "CHANGELOG.md").read_bytes()
    _say(run, released, small)
    assert (small / "CHANGELOG.md").read_bytes() == before


def test_what_goes_from_a_derived_table_asks_for_a_major_step(
    released: Path, small: Path, run: Callable[..., Result]
) -> None:
    described = released / "derived.json"
    said = json.loads(described.read_text("utf-8"))
    (flat,) = [each for each in said["resources"] if each["name"] == "flat"]
    flat["schema"]["fields"].append({"name": "mood", "type": "string"})
    said["resources"].append(flat | {"name": "tides"})
    described.write_text(json.dumps(said), encoding="utf-8")
    step = json.loads(run("diff", released, small, "-f", "json").output)["step"]
    assert step["level"] == "major"
    assert step["reasons"] == ["derived tables: the table tides is gone", "flat: the column mood is gone"]
    _name(small, "0.1.1")
    with pytest.raises(PublishError, match=r"0\.1\.1 is too small after 0\.1\.0"):
        provisions.publish(released.parent, small)
