"""Builds a release beside its place and puts it there in one step, so that it is whole or not there at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK = ".lock"


@contextmanager
def build_beside(out: Path, stem: str) -> Iterator[Path]:
    """An empty folder on the file system of `out`, gone afterwards; what killed publications have left there goes too.

    A folder being built is known by a lock that its process holds, and that the system lets go with the process.
    """
    made = _make(out)
    for left in out.glob(f".{stem}-*"):
        _clear(left)
    building = Path(tempfile.mkdtemp(prefix=f".{stem}-", dir=out))
    lock = os.open(building / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _try_lock(lock)
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)
        os.close(lock)
        for folder in made:
            try:
                folder.rmdir()  # only where nothing was put
            except OSError:
                break


def land(built: Path, final: Path) -> None:
    """Puts a built folder into its place; one that is there already stays if its contents are the same.

    Raises `PublishError` where they are not.
    """
    _settle(built)
    if not final.exists() and not final.is_symlink():
        try:
            built.rename(final)
            _sync(final.parent)
        except OSError:
            if not final.exists():
                raise  # not another publication, which was quicker
        else:
            return
    if _digest(final) != _digest(built):
        raise PublishError(
            f"{final}: this version is already published with other contents. "
            "Raise `version` in package.yaml, or delete it if it never went out."
        )


def _make(out: Path) -> list[Path]:
    """Makes the folder; returns those that it made, the innermost first."""
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    out.mkdir(parents=True, exist_ok=True)
    return missing


def _clear(left: Path) -> None:
    """Removes a folder that nobody builds in any more."""
    try:
        lock = os.open(left / _LOCK, os.O_RDWR)
    except OSError:
        return
    try:
        if _try_lock(lock):
            shutil.rmtree(left, ignore_errors=True)
    finally:
        os.close(lock)


def _try_lock(file: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: nothing is cleared there
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _settle(folder: Path) -> None:
    """The same permissions for everybody, and everything on the disk."""
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
        _sync(path)
    folder.chmod(0o755)
    _sync(folder)


def _digest(folder: Path) -> str:
    """A hash over the names and bytes of all files in a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix().encode()
            with path.open("rb") as file:
                digest.update(len(name).to_bytes(8) + name + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
