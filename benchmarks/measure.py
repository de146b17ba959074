"""Runs a command as a process of its own and measures it: wall and CPU seconds, peak memory. Knows no tool."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TIMEOUT = 900


@dataclass(frozen=True)
class Run:
    """One run of a process: seconds, megabytes (2²⁰ bytes), its exit code, and what it printed last."""

    wall: float
    cpu: float
    peak: float
    code: int
    last_line: str


def run(command: Sequence[str | Path], cwd: Path, environment: Mapping[str, str]) -> Run:
    """Runs a command to its end; after 15 minutes it is killed.

    Linux counts the memory of the process that starts it as well, up to the start: the caller must be small.
    """
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)), cwd=cwd, env=dict(environment), stdout=output, stderr=subprocess.STDOUT
        )
        timer = threading.Timer(TIMEOUT, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode, last)


def median(runs: Sequence[Run]) -> Run:
    """The medians of several runs; exit code and last line are those of the last one."""
    wall, cpu, peak = (statistics.median(getattr(r, name) for r in runs) for name in ("wall", "cpu", "peak"))
    return Run(wall, cpu, peak, runs[-1].code, runs[-1].last_line)
