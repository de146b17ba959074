"""Builds a release beside its place and puts it there in one step, so that it is whole or not there at all."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from provisions.errors import PublishError
from provisions.replacing import make_room, sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def build_beside(out: Path, stem: str) -> Iterator[Path]:
    """An empty folder of that name, on the file system of `out`, gone afterwards where it was not put in its place."""
    place, made = _find_room(out)
    try:
        with make_room(place) as room:
            built = room / "whole" / stem
            built.mkdir(parents=True)
            yield built
    finally:
        for folder in made:
            try:
                folder.rmdir()  # only where nothing was put
            except OSError:
                break


def land(built: Path, out: Path) -> Path:
    """Puts a built folder into `out`, and that into its place where it was not there; returns the folder.

    One that is there already stays if its contents are the same. Raises `PublishError` where they are not.
    """
    _settle(built.parent)
    final = out / built.name
    if _take_place(built.parent, out) or _take_place(built, final):
        sync(final.parent)
    elif not final.is_dir() or _digest(final) != _digest(built):
        raise PublishError(
            f"{final}: this version is already published with other contents. "
            "Raise `version` in package.yaml, or delete it if it never went out."
        )
    return final


def _take_place(built: Path, final: Path) -> bool:
    """Puts a folder there in one step, unless something is there, of this run or of one that was quicker."""
    if not (final.exists() or final.is_symlink()):
        try:
            built.rename(final)
        except OSError:
            if not final.exists():
                raise
        else:
            return True
    return False


def _find_room(out: Path) -> tuple[Path, list[Path]]:
    """Where to build, and the folders made for that, the innermost first: beside `out`, so that nothing unfinished is ever in
    it, and in it where only that can be written.
    """
    beside = out.resolve().parent
    missing = [folder for folder in (beside, *beside.parents) if not folder.exists()]
    beside.mkdir(parents=True, exist_ok=True)
    if out.is_dir() and (not os.access(beside, os.W_OK) or beside.stat().st_dev != out.stat().st_dev):
        return out, missing
    return beside, missing


def _settle(folder: Path) -> None:
    """The same permissions for everybody, and everything on the disk."""
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
        sync(path)
    folder.chmod(0o755)
    sync(folder)


def _digest(folder: Path) -> str:
    """A hash over the names and bytes of all files in a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix().encode()
            with path.open("rb") as file:
                digest.update(len(name).to_bytes(8) + name + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
