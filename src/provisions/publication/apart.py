"""Work in a process of its own beside that of the caller, as Python does one thing at a time in each."""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from provisions.errors import ProvisionsError, PublishError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SAID = 500  # characters of what a process says that ends without an outcome


@contextmanager
def apart(work: Callable[..., None], *arguments: Any) -> Iterator[None]:
    """Runs a function of a module in a process of its own while the block runs, and raises at its end what that raised.

    It goes with the block where that fails, and with this process, however that ends. Raises `PublishError` where it ends
    without an outcome, as where the system kills it.
    """
    with tempfile.TemporaryFile() as outcome, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "provisions.publication.apart"],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=outcome,
            stderr=said,
        )
        assert process.stdin  # noqa: S101  it was asked for
        try:
            with suppress(BrokenPipeError):
                pickle.dump((work, arguments), process.stdin)
                process.stdin.flush()
            yield
            process.wait()
        finally:
            process.kill()
            process.wait()
            with suppress(BrokenPipeError):
                process.stdin.close()
        outcome.seek(0)
        told = outcome.read()
        said.seek(0)
        words = said.read().decode(errors="replace")
    if not told:
        ended = f"{work.__name__} ended with {process.returncode}"
        raise PublishError(f"{ended}, which says nothing of the release. {words[-_SAID:].strip()}".strip())
    if error := pickle.loads(told):  # noqa: S301  this process wrote it
        raise error


def _run() -> None:
    """Takes a function and its arguments from the standard input, and gives what it raises to the standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller hears it too, and ends this process
    outcome = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no outcome
    work, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301  the caller wrote it
    threading.Thread(target=_end_with_caller, daemon=True).start()
    error: Exception | None = None
    try:
        work(*arguments)
    except (ProvisionsError, OSError, sqlite3.Error) as found:
        error = found
    with outcome:
        pickle.dump(error, outcome)


def _end_with_caller() -> None:
    """The caller closes the standard input only when it is done with this process; the system does where it was killed."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    _run()
