"""Runs a command as a process of its own and measures it: wall and CPU seconds, peak memory. Knows no tool."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def run_all(command: Sequence[str | Path], cwd: Path, environment: Mapping[str, str], seconds: float = 7200) -> Run:
    """As `run`, for a command that starts others and does not wait for them, as Spark does: all processes of its session are
    counted, by looking at them ten times a second; the peak is that of their resident memory together.
    """
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=cwd,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        cpu: dict[int, float] = {}
        peak, wall, there = 0.0, 0.0, _of_session(process.pid)
        while there or process.poll() is None:
            cpu |= {pid: used for pid, (used, _) in there.items()}
            peak = max(peak, sum(held for _, held in there.values()))
            if process.poll() is None:
                wall = time.perf_counter() - begin
                if wall > seconds:
                    os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.1)
            there = _of_session(process.pid)
        output.seek(0)
        lines = output.read().decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return Run(wall, sum(cpu.values()), peak, process.returncode, last)


def _of_session(session: int) -> dict[int, tuple[float, float]]:
    """The processes of a session: CPU seconds so far, and megabytes of memory."""
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            fields = (folder / "stat").read_text("utf-8").rpartition(")")[2].split() if folder.name.isdigit() else []
        except OSError:  # it has just ended
            continue
        if fields and int(fields[3]) == session and fields[0] != "Z":
            found[int(folder.name)] = ((int(fields[11]) + int(fields[12])) / ticks, int(fields[21]) * page / 2**20)
    return found


def median(runs: Sequence[Run]) -> Run:
    """The medians of several runs; exit code and last line are those of the last one."""
    wall, cpu, peak = (statistics.median(getattr(r, name) for r in runs) for name in ("wall", "cpu", "peak"))
    return Run(wall, cpu, peak, runs[-1].code, runs[-1].last_line)
