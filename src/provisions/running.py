"""Work that can be stopped at any moment, by a time limit or by Ctrl-C, whichever of its threads is busy with what.

It runs in a thread of its own, and the caller waits. To stop it, what a library does outside Python is interrupted by the
means that the library has, and each thread of the work gets an exception, so that `with` and `finally` still hold.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, TypeVar

from provisions.errors import TimeLimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")
U = TypeVar("U")
_GRACE = 5.0  # what does not end in so many seconds, such as one long call of a library, is left to the process’s end
_WORK = "provisions-work"
_AGAIN = 0.5  # an exception that came while an object was finalised is lost


class _StoppedError(BaseException):
    """The work was stopped; no `except Exception` catches this."""


class _Run:
    """The threads of one piece of work, and what interrupts the calls that they are in."""

    def __init__(self) -> None:
        self.interrupts: list[Callable[[], None]] = []
        self._threads: set[int] = set()
        self._told = False
        self._lock = threading.Lock()

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Within it, this thread belongs to the work."""
        here = threading.get_ident()
        with self._lock:
            self._threads.add(here)
        try:
            yield
        finally:
            with self._lock:
                self._threads.discard(here)
                told = self._told
            if told:
                _take_what_waits()

    def stop(self, ended: threading.Event) -> None:
        """Stops the work and waits for its end. A call may begin just after it was interrupted, so it is interrupted again."""
        begin, told = time.monotonic(), float("-inf")
        with _unraisable_in_silence():
            while time.monotonic() - begin < _GRACE and not ended.is_set():
                with self._lock:
                    if time.monotonic() - told > _AGAIN:
                        told = time.monotonic()
                        self._told = True
                        for thread in self._threads:
                            _raise_in(thread)
                for interrupt in list(self.interrupts):
                    interrupt()
                ended.wait(0.05)


_RUN: ContextVar[_Run | None] = ContextVar("_RUN", default=None)


def run_bounded(work: Callable[[], T], seconds: float | None = None) -> T:
    """What `work` returns. Raises `TimeLimitError` after so many seconds, and what `work` raises.

    Work within such work is bounded by the outer limit.
    """
    if _RUN.get() is not None:
        return work()
    run, ended = _Run(), threading.Event()
    outcome: Future[T] = _begin(run, work, ended)
    try:
        in_time = ended.wait(seconds)
    except KeyboardInterrupt:
        run.stop(ended)
        raise
    if not in_time:
        run.stop(ended)
        raise TimeLimitError(
            f"No verdict within {seconds:g} seconds, so it was stopped. Raise --time-limit if it may take longer."
        )
    return outcome.result()


def is_at_work() -> bool:
    """Whether work that was stopped has not ended, as it is in a long call of a library."""
    return any(thread.name == _WORK for thread in threading.enumerate())


def on_stop(interrupt: Callable[[], None]) -> None:
    """From here on, `interrupt` is called, from another thread and perhaps often, where the work is to be stopped."""
    run = _RUN.get()
    if run is not None:
        run.interrupts.append(interrupt)


def side_by_side(work: Callable[[U], T], items: Iterable[U], threads: int) -> list[T]:
    """What `work` makes of each item, in their order, so many at a time. Raises what the first that fails raises."""
    if threads == 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        try:
            return [each.result() for each in [_submit(pool, work, item) for item in items]]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def beside(work: Callable[[], T]) -> Iterator[Future[T]]:
    """Runs `work` in another thread while the block runs; the block ends with it."""
    with ThreadPoolExecutor(1) as pool:
        yield _submit(pool, lambda _: work(), None)


def _submit(pool: ThreadPoolExecutor, work: Callable[[U], T], item: U) -> Future[T]:
    """As `pool.submit`, with what holds here – the limits, the run – holding there too."""
    run = _RUN.get()

    def in_run() -> T:
        if run is None:
            return work(item)
        with run.joined():
            return work(item)

    return pool.submit(copy_context().run, in_run)


def _begin(run: _Run, work: Callable[[], T], ended: threading.Event) -> Future[T]:
    from concurrent.futures import Future

    outcome: Future[T] = Future()

    def in_run() -> None:
        _RUN.set(run)
        try:
            with run.joined():
                result = work()
            outcome.set_result(result)
        except BaseException as error:  # noqa: BLE001  it is raised where the caller waits
            outcome.set_exception(error)
        finally:
            ended.set()

    threading.Thread(target=copy_context().run, args=(in_run,), name=_WORK, daemon=True).start()
    return outcome


@contextmanager
def _unraisable_in_silence() -> Iterator[None]:
    """Within it, nothing is said of an exception of ours that came while an object was finalised, where Python drops it."""
    told = sys.unraisablehook
    sys.unraisablehook = lambda about: None if about.exc_type is _StoppedError else told(about)
    try:
        yield
    finally:
        sys.unraisablehook = told


def _raise_in(thread: int) -> None:
    """Has a thread raise an exception at its next step in Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_StoppedError))


def _take_what_waits() -> None:
    """Lets an exception that this thread was sent come now, and drops it. Python can take none back: CPython 3.11 then hangs in profilers."""
    with suppress(_StoppedError):
        for _ in range(1000):
            time.sleep(0)
