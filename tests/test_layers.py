"""Imports point one way, from the command line down to the nouns."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import provisions

SOURCE = Path(provisions.__file__).parent
# From the bottom up; a module may import those before it, and its own package.
LAYERS = (
    ("errors",),
    ("model", "layout", "limits", "replacing", "running"),
    ("documents", "csvfile", "dtafile", "celltypes", "hints", "jsonplaces", "sources", "sqlfile"),
    ("delimited", "fields", "vetting"),
    ("dialect", "schema", "passages", "canonical", "differences", "revisions", "selection"),
    ("reading",),
    ("resources",),
    ("manifest",),
    ("engines",),
    ("compile", "rules", "telling", "derived"),
    ("transcode",),
    ("mending",),
    ("loading", "views"),
    ("parts",),
    ("tables",),
    ("reports", "exports"),
    ("findings", "judging"),
    ("validation", "dossiers", "formatting", "waiving"),
    ("contribution", "versions"),
    ("review",),
    ("publication", "sheets"),
    ("checksums",),
    ("fetching", "signing"),
    ("datasets",),
    ("pages",),
    ("website",),
    ("package",),
    ("cli",),
    ("__main__",),
)
LEVEL = {module: level for level, layer in enumerate(LAYERS) for module in layer}
FILES = [path for path in sorted(SOURCE.rglob("*.py")) if path != SOURCE / "__init__.py"]


def _name(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("provisions."):
            names.add(node.module.split(".")[1])
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_point_down(path: Path) -> None:
    here = _name(path)
    assert here in LEVEL, "a new module: say where it stands"
    upward = {name for name in _imports(path) - {here} if LEVEL[name] >= LEVEL[here]}
    assert upward == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_reports_and_pages_ask_no_engine(path: Path) -> None:
    if _name(path) in ("reports", "pages"):
        assert not _imports(path) & {"engines", "loading", "views", "manifest", "compile"}
