"""What this project is built and judged with is what requirements/ names, by hash; `make lock` renews it."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
# What is not for everybody who develops has a file of its own.
APART = {path.stem for path in (ROOT / "requirements").glob("*.txt")} & set(EXTRAS) - {"dev"}
FILES = {
    "dev": ["", *(set(EXTRAS) - APART)],
    "run": ["", "publish", "site"],
    **{name: ["", name] for name in sorted(APART)},
}


def _pins(name: str) -> dict[str, list[str]]:
    """By package, the versions that a file names: more than one where systems need different ones."""
    pins: dict[str, list[str]] = defaultdict(list)
    for package, version in re.findall(
        r"^(\S+)==(\S+)", (ROOT / "requirements" / f"{name}.txt").read_text("utf-8"), re.MULTILINE
    ):
        pins[canonicalize_name(package)].append(version)
    return pins


@pytest.mark.parametrize("name", FILES)
def test_each_range_has_its_versions(name: str) -> None:
    pins = _pins(name)
    asked = [text for extra in FILES[name] for text in (EXTRAS[extra] if extra else PROJECT["project"]["dependencies"])]
    asked += PROJECT["build-system"]["requires"] if name not in APART else []
    for requirement in map(Requirement, asked):
        found = pins.get(canonicalize_name(requirement.name), [])
        assert found, f"{requirement} is not in requirements/{name}.txt: run `make lock`"
        for version in found:
            assert requirement.specifier.contains(version, prereleases=True), f"{requirement}: run `make lock`"


@pytest.mark.parametrize("name", FILES)
def test_each_version_has_hashes_and_is_that_of_the_others(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all(re.match(r"\S+==\S+.*\\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", entry) for entry in entries)
    everything = _pins("dev")
    assert {package: found for package, found in _pins(name).items() if everything.get(package, found) != found} == {}
