"""DuckDB, free and short of memory, beside Spark on the same machine: what validating costs, by size; the table of docs/scale.md.

    python -m benchmarks.scale [--rows 100k 1M 10M] [--master 'local[2]'] [--memory-limit 1GB] [--only WAY …]

Each run is a whole process, start-up included, on a generated package with 30 known faults. Ways that read the same files
must give the same report, byte for byte but for the engine and the seconds. Where Spark reads the statements from Parquet,
they are those that can be read, and the same must be found in them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import duckdb

from benchmarks.bench import FAULTS, WORK, package
from benchmarks.check_faults import ENVIRONMENT, command
from benchmarks.generate import parse_rows
from benchmarks.measure import run_all
from benchmarks.tools import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.measure import Run

_HEADER = (
    "| statements | rows | way | wall s | CPU s | peak MB | CPU s per million rows |\n|---|--:|---|--:|--:|--:|--:|"
)


def as_parquet(folder: Path) -> Path:
    """The statements of a package as a folder of Parquet in it, made where it is not there yet."""
    lake = folder / "statements.parquet"
    if not lake.exists():
        with duckdb.connect() as engine:
            engine.execute(
                f"COPY (SELECT * FROM read_csv('{folder}/statements.csv', all_varchar=true, header=true, delim=',', "
                f"quote='\"', escape='\"', ignore_errors=true)) TO '{lake}' (FORMAT parquet, FILE_SIZE_BYTES '128MB')"
            )
    return lake


def ways(lake: Path, master: str, memory_limit: str) -> dict[str, list[str]]:
    """By name, the options of each way to validate; at `lake`, the statements lie as Parquet."""
    spark = ["--engine", "spark", "--master", master]
    return {
        "DuckDB": [],
        f"DuckDB, `--memory-limit {memory_limit}`": ["--memory-limit", memory_limit],
        f"Spark `{master}`, CSV": spark,
        f"Spark `{master}`, `--table` of Parquet": [*spark, "--table", f"statements={lake}"],
    }


def measure(rows: str, master: str, memory_limit: str, only: Iterable[str]) -> list[str]:
    """The lines of one size. Raises `RuntimeError` where two ways do not say the same."""
    folder = package(rows, faults=FAULTS)
    report, before = WORK / "scale.json", ""
    lines = []
    for way, options in ways(as_parquet(folder), master, memory_limit).items():
        if only and not any(name in way for name in only):
            continue
        print(f"{rows}: {way}", file=sys.stderr, flush=True)
        run = run_all([*command(folder, report), *options], ROOT, ENVIRONMENT | {"SPARK_DRIVER_MEMORY": "4g"})
        if run.code != 1:
            raise RuntimeError(f"{rows}, {way}: no verdict, exit {run.code}: {run.last_line}")
        told = json.loads(report.read_text("utf-8"))
        counted = sum(told["rows"].values())
        if "--table" not in options:
            said = json.dumps({name: told[name] for name in told if name not in ("engine", "seconds")})
            if before not in ("", said):
                raise RuntimeError(f"{rows}, {way}: another report than the way before.")
            before = said
        elif before and (missed := _of_cells(json.loads(before)) ^ _of_cells(told)):
            raise RuntimeError(f"{rows}, {way}: other findings: {sorted(missed, key=str)[:5]}")
        lines.append(_line(rows, counted, way, run))
        print(lines[-1], flush=True)
    return lines


def _of_cells(report: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Rule, table and key of what is found in cells, not in files."""
    return {(f["rule"], f["table"], f["key"]) for f in report["findings"] if not f["rule"].startswith("file/")}


def _line(rows: str, counted: int, way: str, run: Run) -> str:
    each = run.cpu / counted * 1e6
    return f"| {rows} | {counted:,} | {way} | {run.wall:.0f} | {run.cpu:.0f} | {run.peak:,.0f} | {each:.1f} |"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", default=["100k", "1M"], help="statements: 100k, 1M, 10M")
    parser.add_argument("--master", default=f"local[{os.cpu_count()}]")
    parser.add_argument("--memory-limit", default="1GB")
    parser.add_argument("--only", nargs="+", default=[], metavar="WAY", help="ways with one of these in their name")
    given = parser.parse_args()
    for rows in given.rows:
        parse_rows(rows)
    (WORK / "data").mkdir(parents=True, exist_ok=True)
    lines = [line for rows in given.rows for line in measure(rows, given.master, given.memory_limit, given.only)]
    print("\n".join([_HEADER, *lines]))


if __name__ == "__main__":
    main()
