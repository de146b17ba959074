"""What is installed is what is tested: the wheel, in a clean environment, in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from typing import TYPE_CHECKING

from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_wheel_works_in_an_empty_folder(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)], check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("provisions-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.getinfo("provisions/bundle/datapackage/statements.csv").file_size > 0
    environment = tmp_path / "clean"
    venv.create(environment, with_pip=True)
    binaries = environment / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [binaries / "pip", "--disable-pip-version-check", "--quiet", "install", f"{wheel}[publish,site]"],
        check=True,
        capture_output=True,
    )
    empty = tmp_path / "empty"
    empty.mkdir()

    def run(*arguments: str) -> str:
        surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            [binaries / "provisions", *arguments],
            cwd=empty,
            env=surroundings,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    assert "Security Guarantees" in run("show", "rus-blr-2024")
    assert ": valid" in run("validate")
    assert "21 sentences, 0 bare" in run("evidence", "--source", "hotscup-2024")
    run("publish", "-o", "out", "--site")
    assert len(list((empty / "out").glob("*/*.zip"))) == 2
    assert "site/index.html" in run("site", "-o", "site")
