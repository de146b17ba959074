"""Work ends when it is told to: by a time limit, by Ctrl-C, whatever it is doing; and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from conftest import write_foreign
from provisions import validate
from provisions.engines.duck import DuckEngine
from provisions.errors import TimeLimitError
from provisions.running import beside, on_stop, run_bounded, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

LONG = 3600


def _count_for_ever(_: object = None) -> None:
    number = 0
    while True:
        number += 1


def _query_for_ever(_: object = None) -> None:
    engine = DuckEngine()
    try:
        engine.rows("SELECT SUM(hash(a.range * b.range)) FROM range(100000000) a, range(1000000) b")
    finally:
        engine.close()


@pytest.mark.parametrize("work", [_count_for_ever, _query_for_ever])
@pytest.mark.parametrize("threads", [1, 2])
def test_any_work_ends(work: Callable[[object], None], threads: int) -> None:
    ended = []

    def both() -> None:
        try:
            side_by_side(work, range(5), threads)
        finally:
            ended.append(True)

    with pytest.raises(TimeLimitError, match=r"No verdict within 0\.3 seconds.*Raise --time-limit"):
        run_bounded(both, 0.3)
    assert ended


def test_work_beside_ends() -> None:
    def both() -> None:
        with beside(_count_for_ever):
            pass

    with pytest.raises(TimeLimitError):
        run_bounded(both, 0.3)


def test_results_and_errors_come_through_and_an_inner_limit_does_not_count() -> None:
    assert run_bounded(lambda: run_bounded(lambda: 7, 1e-9), LONG) == 7
    assert side_by_side(str, [1, 2, 3], 2) == ["1", "2", "3"]
    on_stop(_count_for_ever)  # outside such work, nothing is to be stopped
    with pytest.raises(ZeroDivisionError):
        run_bounded(lambda: 1 // 0)


def _big(folder: Path) -> Path:
    """A package that is read for a long time: fast, cell by cell, and by a pattern that Python must match."""
    rows = "id,b\n" + "".join(f"{n},{'ab' * 20}{n}\n" for n in range(200_000))
    slow = {"name": "b", "type": "string", "constraints": {"pattern": "(?:(?=[ab]+)[ab])+[0-9]+"}}
    fields = {"fields": [{"name": "id", "type": "integer"}, slow], "primaryKey": "id"}
    return write_foreign(
        folder, [{"schema": fields}, {"schema": fields, "encoding": "latin-1"}], {"t0.csv": rows, "t1.csv": rows}
    )


def test_time_limit(tmp_path: Path, run: Callable[..., Result]) -> None:
    result = run("validate", _big(tmp_path), "--time-limit", 0.5)
    assert result.exit_code == 3
    assert (
        result.output
        == "provisions: No verdict within 0.5 seconds, so it was stopped. Raise --time-limit if it may take longer.\n"
    )
    with pytest.raises(TimeLimitError):
        validate(tmp_path, time_limit=0.1)


def test_a_look_ahead_that_python_matches_is_stopped(tmp_path: Path) -> None:
    nested: dict[str, Any] = {"name": "a", "type": "string", "constraints": {"pattern": r"(?=(a+)+$)(a+)+\1$"}}
    package = write_foreign(tmp_path, [{"schema": {"fields": [nested]}}], {"t0.csv": "a\n" + "a" * 2000 + "b\n"})
    with pytest.raises(TimeLimitError):
        validate(package, time_limit=0.2, limits={"pattern-steps": 10**12})


@pytest.mark.parametrize("delay", [0.3, 1.0, 2.5])
def test_ctrl_c_ends_cleanly(tmp_path: Path, delay: float) -> None:
    package, scratch = _big(tmp_path / "package"), tmp_path / "tmp"
    scratch.mkdir()
    before = {path: path.stat().st_mtime_ns for path in package.iterdir()}
    process = subprocess.Popen(
        [sys.executable, "-c", "from provisions.cli import run; print('here', flush=True); run()", "validate", package],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(scratch)},
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "provisions: stopped.\n")
    assert list(scratch.iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in package.iterdir()} == before


def test_told_to_stop_within_an_exec_the_exit_code_is_that_of_the_signal(tmp_path: Path) -> None:
    """Such as that of a dataclass, while a module is imported."""
    (tmp_path / "stopping.py").write_text(
        "import provisions.package\nfrom provisions.cli import run\n"
        "told = 'import os, signal; os.kill(os.getpid(), signal.SIGTERM); [None for _ in iter(int, 1)]'\n"
        "provisions.package.validate = lambda *args, **named: exec(told)\nrun()\n"
    )
    command = [sys.executable, "-m", "stopping", "validate"]
    ended = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + signal.SIGTERM, "", "provisions: stopped.\n")


def test_work_can_be_profiled(tmp_path: Path) -> None:
    package = write_foreign(tmp_path, [{"schema": {"fields": [{"name": "a"}]}}], {"t0.csv": "a\n1\n"})
    script = f"import cProfile, provisions; provisions.validate({str(package)!r}); cProfile.run('list(range(9))')"
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=60)
