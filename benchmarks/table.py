"""Figures → an aligned table, and the page that holds it. Measures nothing."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.measure import Run
    from benchmarks.tools import Tool

    Results = Mapping[str, Run | str]
    Section = tuple[str, Path, Results]

_HEADER = ("tool", "wall s", "CPU s", "peak MB", "÷ scan", "÷ provisions")
_PAGE = """# How fast is `provisions validate`, and beside what?

Written by `make bench BENCH="--rows {rows} --write"`; do not edit. A run of {date} at revision {revision}, on {machine}.
Whole processes, start-up included; medians of {repeat} runs, or of as few as it took to fill 30 seconds, so one run alone of
what is slower than that. CPU seconds of all threads; where wall time is far above them, the process was waiting, for the
disk or for a core, and its wall time and ratios say little. One MB is 2²⁰ bytes; 23
is the least that is seen, the memory of the process that starts the others. The machine was shared: the ratios within
one table are what counts. “÷ provisions” compares with the foreign form, which checks what the peers
can check as well.

The packages are generated (`python -m benchmarks.generate`): our tables with our descriptor, valid under every
rule. `N` is the number of statements; there are N/5 roles, N/10 provisions, N/20 sources and actions, N/100 treaties,
and the text of every tenth source. `python -m benchmarks.check_faults DIR` proves that what is found is what was broken.

{tables}
## What each tool checks

{checks}
"""


def section(rows: str, package: Path, results: Results) -> str:
    """One size as an aligned Markdown table, under a heading."""
    megabytes = sum(path.stat().st_size for path in package.glob("*.csv")) / 2**20
    lines = [_HEADER, *(_cells(name, result, results) for name, result in results.items())]
    widths = [max(len(line[n]) for line in lines if len(line) > 2 or n == 0) for n in range(len(_HEADER))]
    rule = "|".join("-" * (width + 2) if n == 0 else "-" * (width + 1) + ":" for n, width in enumerate(widths))
    text = [_line(line, widths) for line in lines]
    return f"### N = {rows}: {megabytes:,.1f} MB of CSV\n\n" + "\n".join([text[0], f"|{rule}|", *text[1:]]) + "\n"


def page(sections: Sequence[Section], tools: Sequence[Tool], repeat: int) -> str:
    """The whole page."""
    return _PAGE.format(
        repeat=repeat,
        rows=" ".join(rows for rows, _, _ in sections),
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        revision=_git("rev-parse", "--short", "HEAD"),
        machine=_machine(),
        tables="\n".join(section(*one) for one in sections),
        checks="\n".join(
            f"* **{tool.name}**: {tool.checks}" + (f" *Not:* {tool.misses}" if tool.misses else "") for tool in tools
        ),
    )


def _cells(name: str, result: Run | str, results: Results) -> tuple[str, ...]:
    if isinstance(result, str):
        return name, result
    return (
        name,
        f"{result.wall:.2f}",
        f"{result.cpu:.2f}",
        f"{result.peak:,.0f}",
        _ratio(result, results.get("scan")),
        _ratio(result, results.get("provisions, foreign form")),
    )


def _ratio(run: Run, base: Run | str | None) -> str:
    return "" if base is None or isinstance(base, str) else f"{run.wall / base.wall:.1f}"


def _line(cells: tuple[str, ...], widths: Sequence[int]) -> str:
    if len(cells) == 2:
        return f"| {cells[0]:<{widths[0]}} | {cells[1]} |" + " |" * (len(widths) - 2)
    padded = [
        f"{cell:<{width}}" if n == 0 else f"{cell:>{width}}"
        for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "| " + " | ".join(padded) + " |"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}"
    )


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
