"""What publishing costs beside validating, by size: the table of docs/releasing.md.

    python -m benchmarks.publish [--rows 10k 100k 1M] [--repeat 3]

Each run is a whole process, start-up included, on a generated package without faults; medians. Memory and CPU seconds are those
of all processes together.
"""

from __future__ import annotations

import argparse
import shutil
import sys

from benchmarks.bench import WORK, package
from benchmarks.check_faults import ENVIRONMENT, command
from benchmarks.generate import parse_rows
from benchmarks.measure import Run, median, run_all
from benchmarks.tools import ROOT

_HEADER = (
    "| statements | release | validate | | | publish | | | ÷ validate |\n"
    "|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    "| | GB | wall s | CPU s | MB | wall s | CPU s | MB | wall |"
)


def measure(rows: str, repeat: int) -> str:
    """The line of one size. Raises `RuntimeError` where a run fails."""
    folder, out = package(rows, faults=0), WORK / "published"
    publish = [sys.executable, "-m", "provisions", "publish", str(folder), "-o", str(out)]
    runs: dict[str, list[Run]] = {"validate": [], "publish": []}
    for _ in range(repeat):
        for name, words in (("validate", command(folder, WORK / "report.json")), ("publish", publish)):
            shutil.rmtree(out, ignore_errors=True)
            print(f"{rows}: {name}", file=sys.stderr, flush=True)
            runs[name].append(run_all(words, ROOT, ENVIRONMENT))
            if runs[name][-1].code != 0:
                raise RuntimeError(f"{rows}, {name}: exit {runs[name][-1].code}: {runs[name][-1].last_line}")
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e9
    shutil.rmtree(out)
    validating, publishing = median(runs["validate"]), median(runs["publish"])
    cells = [f"{run.wall:.1f} | {run.cpu:.1f} | {run.peak:.0f}" for run in (validating, publishing)]
    ratio = publishing.wall / validating.wall
    return f"| {parse_rows(rows):,} | {size:.2f} | {' | '.join(cells)} | {ratio:.1f} |"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", default=["10k", "100k"], help="statements: 10k, 100k, 1M")
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    (WORK / "data").mkdir(parents=True, exist_ok=True)
    print(_HEADER)
    for rows in given.rows:
        print(measure(rows, given.repeat), flush=True)


if __name__ == "__main__":
    main()
