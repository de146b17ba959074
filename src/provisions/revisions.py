"""A package as it was in a revision of its git repository."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from provisions.errors import PackageError

TIMEOUT = 120


def find_commit(path: Path, revision: str) -> str:
    """The commit that a revision names in the repository of that path. Raises `PackageError`."""
    commit = _git(_root(path), "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise PackageError(f"{revision}: no such revision in the repository of {path}. A shallow clone may lack it.")
    return commit.strip()


def find_base(path: Path, revision: str) -> str:
    """The commit from which the work on that path set out: the merge base of the revision and HEAD. Raises `PackageError`."""
    commit = find_commit(path, revision)
    return (_git(_root(path), "merge-base", commit, "HEAD") or commit).strip()


def check_out(path: Path, commit: str, folder: Path) -> Path | None:
    """Writes the package folder `path`, and the `seeds` beside it, as they were, into `folder`; None where it was not there yet.

    Raises `PackageError`.
    """
    root = _root(path)
    inside = path.resolve().relative_to(root)
    wanted = [inside, inside.parent / "seeds"]
    present = [place for place in wanted if _git(root, "cat-file", "-e", f"{commit}:{place.as_posix()}") is not None]
    if inside not in present:
        return None
    places = [place.as_posix() for place in present if place.as_posix() != "."]
    archive = _run(root, "archive", "--format=tar", commit, "--", *places)
    if archive is None:
        raise PackageError(f"{path}: git cannot give it as of {commit[:12]}.")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return folder / inside


def _root(path: Path) -> Path:
    found = _git(path if path.is_dir() else path.parent, "rev-parse", "--show-toplevel")
    if found is None:
        raise PackageError(f"{path}: is not in a git repository, so there is no earlier revision of it.")
    return Path(found.strip()).resolve()


def _git(folder: Path, *arguments: str) -> str | None:
    found = _run(folder, *arguments)
    return None if found is None else found.decode(errors="replace")


def _run(folder: Path, *arguments: str) -> bytes | None:
    """What git says; None where it fails. Raises `PackageError` where there is no git."""
    try:
        done = subprocess.run(  # noqa: S603  a list of arguments, no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607  the user’s own git
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PackageError(f"git could not be run: {error}.") from error
    return done.stdout if done.returncode == 0 else None
