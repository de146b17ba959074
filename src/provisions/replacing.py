"""Files that are replaced whole or not at all, one by itself or several of a folder together, whatever stops the run.

Knows nothing of what is in them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

# Where files wait that are decided on; if putting them in place was cut short, `finish` does the rest.
_DECIDED = ".replacing"
_ROOM = ".provisions-"
_TRIES = 20  # at a room that no other run takes away; there are file systems that lock nothing
_PATIENCE = 10.0  # seconds to wait for another run that is putting files in place
UNFINISHED = (
    "a change of several tables is being put in place, or was stopped while it was, so that some are new and some are old. "
    "`provisions fmt` finishes it."
)


@contextmanager
def make_room(folder: Path) -> Iterator[Path]:
    """An empty folder in a folder, gone afterwards.

    What killed runs have left there goes too: a room in use is known by a lock, which the system lets go with the process.
    Raises `OSError`.
    """
    for left in folder.glob(f"{_ROOM}*"):
        _clear(left)
    with contextlib.ExitStack() as stack:
        for _ in range(_TRIES):  # another that clears may be quicker than the lock
            room = Path(tempfile.mkdtemp(prefix=_ROOM, dir=folder))
            stack.callback(_remove, room)
            with contextlib.suppress(FileNotFoundError):
                if (handle := lock(room)) is not None:
                    stack.callback(os.close, handle)
                if (handle is not None or not can_lock()) and room.exists():
                    break
        yield room


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Where to write what then takes the place of a file in one step, with its permissions; not if the block fails.

    What is no file but a device or a pipe is written to as it is. Raises `OSError`.
    """
    if (path.exists() and not path.is_file()) or path.absolute().parts[1:2] in (("dev",), ("proc",)):
        yield path
        return
    with make_room(path.parent) as room:
        made = room / "made"
        yield made
        if path.is_file():
            shutil.copymode(path, made)
        sync(made)
        made.replace(path)


def replace_files(folder: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Puts files in the place of others: all or none. Both are given by their paths in the folder.

    `before` is what every file held when it was read, those included that stay. One rename is the decision: if the machine
    stops after it, `finish` does the rest; if it stops before, nothing was changed. Where a file cannot be put in place,
    those before it are put back. Raises `PackageError`.
    """
    try:
        with _alone(folder), make_room(folder) as room:
            saved, staged = room / "before", room / "after"
            for name, data in after.items():
                _stage(saved / name, before[name], folder / name)
                _stage(staged / name, data, folder / name)
            if any((folder / name).read_bytes() != data for name, data in before.items()):
                raise PackageError(f"{folder}: was changed by someone else meanwhile; nothing was written. Try again.")
            sync(staged)
            staged.rename(folder / _DECIDED)
            try:
                sync(folder)
                _put(folder, after)
            except KeyboardInterrupt:
                _put(folder, after)
                raise
            except OSError:
                shutil.rmtree(folder / _DECIDED, ignore_errors=True)
                for name in after:
                    if (folder / name).read_bytes() != before[name]:
                        (saved / name).replace(folder / name)
                raise
    except OSError as error:
        raise PackageError(
            f"{folder}: nothing was changed; it cannot be written ({error.strerror or error})."
        ) from error


def is_unfinished(folder: Path) -> bool:
    """Whether an earlier run was stopped while it put files in place, so that some are new and some old."""
    return (folder / _DECIDED).is_dir()


def finish(folder: Path, files: Collection[str]) -> None:
    """Puts in place what an earlier run decided to, but was stopped before it had; nothing but such files. Raises `PackageError`."""
    decided = folder / _DECIDED
    if decided.is_symlink() or not decided.is_dir():
        return
    try:
        with _alone(folder):
            there = [path for path in decided.rglob("*") if path.is_symlink() or not path.is_dir()]
            strange = [path for path in there if path.is_symlink() or path.relative_to(decided).as_posix() not in files]
            if strange:
                raise PackageError(f"{strange[0]}: is no table that was put there to be replaced. Look at it.")
            _put(folder, [path.relative_to(decided).as_posix() for path in there])
            for left in folder.glob(f"{_ROOM}*"):
                _clear(left)
    except OSError as error:
        raise PackageError(f"{folder}: cannot be written ({error.strerror or error}).") from error


def sync(path: Path) -> None:
    """Makes sure that a file, or the names in a folder, are on the disk, where the system can."""
    with contextlib.suppress(PermissionError):  # Windows opens no folder
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _stage(path: Path, data: bytes, like: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    shutil.copymode(like, path)
    sync(path)


def _put(folder: Path, names: Collection[str]) -> None:
    decided = folder / _DECIDED
    for name in sorted(names):
        if (decided / name).exists():
            (decided / name).replace(folder / name)
    for parent in {(folder / name).parent for name in names}:
        sync(parent)
    shutil.rmtree(decided, ignore_errors=True)
    sync(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Within it, no other run puts files in place there. Raises `PackageError` where another does for long."""
    until = time.monotonic() + _PATIENCE
    while (handle := lock(folder)) is None and time.monotonic() < until and can_lock():
        time.sleep(0.05)
    if handle is None and can_lock():
        raise PackageError(f"{folder}: another run is writing to it; nothing was written. Try again when it has ended.")
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _remove(room: Path) -> None:
    """Removes a room, also where Ctrl-C comes meanwhile."""
    try:
        shutil.rmtree(room, ignore_errors=True)
    except KeyboardInterrupt:
        shutil.rmtree(room, ignore_errors=True)
        raise


def _clear(left: Path) -> None:
    """Removes a room that no process is in any more."""
    with contextlib.suppress(OSError):
        if left.is_symlink() or (handle := lock(left)) is None:
            return
        shutil.rmtree(left, ignore_errors=True)
        os.close(handle)


def lock(path: Path) -> int | None:
    """Locks a folder or a file: what to close to let it go; None where another run has it, or the system cannot."""
    if not can_lock():
        return None
    import fcntl

    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def can_lock() -> bool:
    """Whether the system locks."""
    return os.name == "posix"
