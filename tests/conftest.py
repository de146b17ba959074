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

import provisions
from provisions.cli import main
from provisions.schema import standard_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from provisions.publication.release import Release

# `HYPOTHESIS_PROFILE=deep` looks at many more generated schemas and tables.
_QUIET = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("quick", max_examples=100, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("deep", settings.get_profile("quick"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "datapackage"
Rows = "Mapping[str, Sequence[Mapping[str, Any]]]"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file comes first, so that at the end no worker is left alone with it."""
    items.sort(key=lambda item: item.path.name != "test_spark.py")


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


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the committed package. Not to be changed."""
    return provisions.publish(tmp_path_factory.mktemp("dist"), DATA)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site of the committed package, to look at."""
    return provisions.site(tmp_path_factory.mktemp("out") / "site", DATA).folder


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
def tiny(tmp_path: Path) -> Path:
    """A package of somebody else, with two tables."""
    fields: dict[str, Any] = {
        "t": [{"name": "id", "type": "string"}, {"name": "b", "type": "string"}, {"name": "n", "type": "integer"}],
        "u": [{"name": "id", "type": "string"}, {"name": "t", "type": "string"}],
    }
    key = {"fields": ["t"], "reference": {"resource": "t", "fields": ["id"]}}
    schemas: dict[str, Any] = {"t": {"primaryKey": ["id"]}, "u": {"primaryKey": ["id"], "foreignKeys": [key]}}
    resources = [{"name": n, "path": f"{n}.csv", "schema": schemas[n] | {"fields": fields[n]}} for n in ("t", "u")]
    return write_foreign(tmp_path / "tiny", resources, {"t.csv": "id,b,n\na,x,1\nb,,2\n", "u.csv": "id,t\n1,a\n"})


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


# A package that would like to do harm to whoever looks at it
SCRIPT = "</script><script>window.HACKED = 1</script><img src=x onerror='window.HACKED = 1'>"
BIDI = "\u202egnihtemos\u202c\u200b\u2066"
HUGE = "many words " * 50_000
ODD = "../../etc/'\"><script>window.HACKED = 1</script>"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site of that package."""
    folder = tmp_path_factory.mktemp("hostile")
    treaty = {"instrument": "treaty", "secrecy": "public", "coding": "none", "text_basis": "reports"}
    clause = {"treaty_id": ODD, "category_id": SCRIPT, "modality": "obligation", "basis": "report"}
    statement = {"stance": "asserts", "attribution": "own-voice", "confidence": "high", "coded_on": "2026-11-23"}
    package = write_package(
        folder,
        {
            "treaties": [
                {"id": ODD, "title": SCRIPT, "short_title": BIDI + SCRIPT, "note": HUGE, **treaty},
                {"id": "con", "title": "{{ 7 * 7 }} {% raw %}", **treaty},
                {"id": "Con", "title": HUGE, **treaty},
            ],
            "parties": [{"id": SCRIPT, "name": SCRIPT, "kind": "state"}, {"id": "b", "name": BIDI, "kind": "state"}],
            "categories": [{"id": SCRIPT, "label": SCRIPT, "broader_id": SCRIPT, "definition": BIDI}],
            "provisions": [
                {"id": ODD, "locator": SCRIPT, "summary": HUGE, "trigger": SCRIPT, **clause},
                {"id": "p", "locator": BIDI, "summary": SCRIPT, **clause, "category_id": "nowhere"},
            ],
            "roles": [
                {"provision_id": ODD, "party_id": SCRIPT, "role": "obligor"},
                {"provision_id": ODD, "party_id": "b", "role": "beneficiary"},
            ],
            "actions": [
                {"id": SCRIPT, "treaty_id": ODD, "party_id": SCRIPT, "kind": "signature", "date": "2020-01-02"},
                {"id": "a", "treaty_id": "con", "kind": "entry-into-force", "date": "9999-12-31", "place": SCRIPT},
            ],
            "sources": [
                {
                    "id": ODD,
                    "title": SCRIPT,
                    "publisher": BIDI,
                    "url": "javascript:alert(1)",
                    "archived_url": "data:,x",
                },
                {"id": "s", "title": "S", "url": "https://example.org/\" onclick='window.HACKED = 1'", "note": SCRIPT},
                {"id": "u", "title": "U", "url": "https://example.org/\u202eevil"},
            ],
            "passages": [{"source_id": ODD, "number": "1", "text": f"Before {SCRIPT} after {BIDI}."}],
            "statements": [
                {"id": ODD, "provision_id": ODD, "claim": SCRIPT, "source_id": ODD, "passage": "1", "quote": SCRIPT}
                | statement,
                {"id": "y", "treaty_id": ODD, "claim": BIDI, "source_id": "s", "quote": HUGE, "follows_id": ODD}
                | statement,
            ],
        },
    )
    edit(package / "datapackage.json", '"created": "', f'"homepage": {json.dumps(ODD)}, "created": "')
    (package / "CHANGELOG.md").write_text(
        f"# {SCRIPT}\n\n[x](javascript:alert(1)) ![x](https://example.org/x.png) <b onclick='x'>{BIDI}</b>\n",
        encoding="utf-8",
    )
    (package / "coding.md").write_text(SCRIPT, encoding="utf-8")
    return provisions.site(folder / "site", package).folder
