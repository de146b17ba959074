"""Runs the scan, `provisions validate` and its peers side by side on generated packages, and prints a table a size.

    python -m benchmarks.bench [--rows 10k 100k 1M] [--only NAME …] [--repeat 5] [--write]

Each run is a whole process, start-up and imports included. The tools take turns, so that the load of the machine falls
on all alike; each runs `--repeat` times or for 30 seconds. `--write` writes the tables to benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import table
from benchmarks.generate import parse_rows
from benchmarks.measure import Run, median, run
from benchmarks.tools import HERE, ROOT, Tool, environment, ours, peers

if TYPE_CHECKING:
    from collections.abc import Sequence

WORK = Path(tempfile.gettempdir()) / "provisions-bench"
SECONDS = 30
FAULTS = 30
SMALLEST = 2_000


def package(rows: str, *, faults: int) -> Path:
    """A generated package of that size, made where it is not there yet; made anew when the generator has changed."""
    made_of = [
        *(HERE / f"{name}.py" for name in ("generate", "rows", "faults")),
        *sorted((ROOT / "schema").iterdir()),
        ROOT / "datapackage/datapackage.json",
    ]
    stamp = hashlib.sha256(b"".join(path.read_bytes() for path in made_of)).hexdigest()[:8]
    folder = WORK / "data" / f"{rows}-{faults}-{stamp}"
    if not folder.exists():
        part = Path(tempfile.mkdtemp(prefix="part-", dir=WORK / "data"))
        options = ["--rows", rows, "--faults", str(faults), "--foreign", "-o", str(part / "package")]
        subprocess.run([sys.executable, "-m", "benchmarks.generate", *options], cwd=ROOT, check=True)
        (part / "package").rename(folder)
        part.rmdir()
    return folder


def measure(tools: Sequence[Tool], rows: int, repeat: int) -> dict[str, Run | str]:
    """By name of the tool, the medians of its runs, or the reason why there are none."""
    runs: dict[str, list[Run]] = {tool.name: [] for tool in tools}
    results: dict[str, Run | str] = {}
    for tool in tools:
        if tool.missing:
            results[tool.name] = f"could not be installed: {tool.missing}"
        elif rows > tool.largest:
            results[tool.name] = "not run at this size"
    for _ in range(repeat):
        for tool in tools:
            of_tool = runs[tool.name]
            if tool.name in results or sum(one.wall for one in of_tool) > SECONDS:
                continue
            print(f"{rows:,} statements: {tool.name}", file=sys.stderr, flush=True)
            of_tool.append(run(tool.command, tool.cwd, environment(tool)))
            if of_tool[-1].code != tool.on_faults:
                results[tool.name] = f"failed: {of_tool[-1].last_line}"
    return {tool.name: results.get(tool.name) or median(runs[tool.name]) for tool in tools}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", default=["10k", "100k"], help="statements: 10k, 100k, 1M, 10M")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="tools with one of these in their name")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write benchmarks/README.md")
    given = parser.parse_args()
    if min(map(parse_rows, given.rows)) < SMALLEST:
        parser.error(f"--rows: at least {SMALLEST}, so that there is room for faults of every kind.")
    (WORK / "data").mkdir(parents=True, exist_ok=True)
    sections = []
    tools: list[Tool] = []
    for rows in given.rows:
        whole, faulty = package(rows, faults=0), package(rows, faults=FAULTS)
        own = ours(whole, faulty, WORK / "report.json")
        wanted = [name for name in given.only if not any(name in tool.name for tool in own)]
        others = peers(whole, WORK, install=bool(wanted) or not given.only)
        tools = [t for t in own + others if not given.only or any(name in t.name for name in given.only)]
        sections.append((rows, whole, measure(tools, parse_rows(rows), given.repeat)))
        print(table.section(*sections[-1]))
    if given.write:
        (HERE / "README.md").write_text(table.page(sections, tools, given.repeat), encoding="utf-8")


if __name__ == "__main__":
    main()
