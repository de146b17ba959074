"""Compares what `provisions validate` finds with the faults that were injected: exactly these, at those lines.

    python -m benchmarks.check_faults DIR [--foreign]

Exits with 0 if they agree and 1 if not. With `--foreign`, only faults of files and schemas are expected.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src")}
Place = tuple[str, str, int | None]


def command(package: Path, output: Path, limit: int = 100) -> list[str]:
    """The command line that judges a package and writes the report as JSON."""
    options = ["-f", "json", "--limit", str(limit), "-o", str(output)]
    return [sys.executable, "-m", "provisions", "validate", str(package), *options]


def difference(folder: Path, *, foreign: bool = False) -> tuple[Counter[Place], Counter[Place]]:
    """Faults that were not found, and findings that are no faults, as rule, file and line. Raises `RuntimeError`."""
    injected = json.loads((folder / "faults.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "report.json"
        package = folder / "foreign.json" if foreign else folder
        done = subprocess.run(
            command(package, output, 1_000_000), env=ENVIRONMENT, capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"no verdict on {package}: {done.stderr.strip()}")
        report = json.loads(output.read_text("utf-8"))
    expected = Counter(
        _place(fault) for fault in injected if not foreign or fault["rule"].startswith(("file/", "schema/"))
    )
    found = Counter(_place(finding) for finding in report["findings"])
    return expected - found, found - expected


def _place(fault: dict[str, str | int | None]) -> Place:
    line = fault["line"]
    return str(fault["rule"]), str(fault["file"]), int(line) if line is not None else None


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a package generated with --faults")
    parser.add_argument("--foreign", action="store_true", help="judge it as a foreign package")
    given = parser.parse_args()
    missed, invented = difference(given.folder, foreign=given.foreign)
    for word, places in (("not found", missed), ("found, not injected", invented)):
        for (rule, file, line), count in sorted(places.items(), key=str):
            print(f"{word}: {rule} at {file}:{line}" + (f" ({count} times)" if count > 1 else ""))
    print("the findings are the faults" if not missed and not invented else "the findings are not the faults")
    sys.exit(1 if missed or invented else 0)


if __name__ == "__main__":
    main()
