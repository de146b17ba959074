"""Small packages for tests, made of rows, with the real descriptor."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

from provisions.cli import main
from provisions.schema import standard_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# `HYPOTHESIS_PROFILE=deep` looks at many more generated schemas and tables.
_QUIET = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("quick", max_examples=100, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("deep", settings.get_profile("quick"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "datapackage"
Rows = "Mapping[str, Sequence[Mapping[str, Any]]]"


def write_package(folder: Path, tables: Rows, seeds: Mapping[str, str] | None = None) -> Path:  # type: ignore[valid-type]
    """A package of our tables in `folder/datapackage`; columns left out are empty, and so are tables."""
    package = folder / "datapackage"
    package.mkdir(parents=True)
    shutil.copy(DATA / "datapackage.json", package)
    for name, table in standard_tables().items():
        with (package / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(tables.get(name, ()))  # type: ignore[attr-defined]
    for name, text in (seeds or {}).items():
        (folder / "seeds").mkdir(exist_ok=True)
        (folder / "seeds" / name).write_bytes(text.encode())
    return package


def write_foreign(folder: Path, resources: Sequence[dict[str, Any]], files: Mapping[str, bytes | str]) -> Path:
    """A Data Package of somebody else: resources as given, `path` and `name` filled in where missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    described = [{"name": f"t{n}", "path": f"t{n}.csv"} | resource for n, resource in enumerate(resources)]
    (folder / "datapackage.json").write_text(json.dumps({"name": "foreign", "resources": described}), encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the committed package and its seeds, to break."""
    shutil.copytree(DATA, tmp_path / "datapackage")
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path / "datapackage"


@pytest.fixture
def run() -> Callable[..., Result]:
    """Runs the command line in this process."""
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def edit(path: Path, old: str, new: str) -> tuple[int, int]:
    """Replaces the one place where `old` stands in a file; returns the line and character where it began."""
    text = path.read_bytes().decode()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    before = text[: text.index(old)]
    path.write_bytes(text.replace(old, new).encode())
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A package of ours with hardly a row."""
    tables = {
        "treaties": [
            {
                "id": "t",
                "title": "T",
                "instrument": "treaty",
                "secrecy": "public",
                "coding": "none",
                "text_basis": "reports",
            }
        ],
        "sources": [{"id": "s", "kind": "news", "publisher": "P", "language": "en", "rights": "third-party"}],
        "statements": [
            {
                "id": "x",
                "treaty_id": "t",
                "claim": "There is one.",
                "stance": "asserts",
                "source_id": "s",
                "attribution": "own-voice",
                "confidence": "high",
                "coded_on": "2026-11-23",
            }
        ],
    }
    package = write_package(tmp_path / "small", tables)
    shutil.copy(DATA / "CHANGELOG.md", package)
    return package
