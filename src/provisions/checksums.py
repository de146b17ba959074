"""The list of checksums of a release, read as the word of a stranger, and the files of a folder held against it."""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisions.errors import ReleaseError
from provisions.publication.assets import SUMS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SIGNATURE = f"{SUMS}.sig"
MOST_BYTES = 16 * 1024**2  # of a list of checksums
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_PART = re.compile(r"""[^\x00-\x1f\x7f-\x9f\\/:*?"<>|]{1,255}""")


@dataclass(frozen=True)
class Difference:
    """What is not as the list says: the name of a file, and whether it is `missing`, `altered`, `extra` or a `link`."""

    kind: str
    name: str


def read_sums(content: bytes, shown: str) -> dict[str, str]:
    """SHA-256 in hexadecimal by name, as `sha256sum` writes it. Names are paths below the folder of the list, with `/`.

    Raises `ReleaseError` on anything else: a name that leaves the folder, that not every system can hold, or that is there
    twice, if only in another case.
    """
    if len(content) > MOST_BYTES:
        raise ReleaseError(f"{shown}: larger than {MOST_BYTES} bytes, so it is no list of checksums.")
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ReleaseError(f"{shown}: not UTF-8 (byte {error.start}), so it is no list of checksums.") from error
    sums: dict[str, str] = {}
    seen = {SUMS.casefold(), SIGNATURE.casefold()}
    for number, line in enumerate(lines[:-1] if lines[-1] == "" else lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ReleaseError(
                f"{shown}:{number}: {line[:80]!r} is no checksum; a line is 64 hexadecimal digits, two blanks and a name."
            )
        name = match[2]
        if not is_safe(name):
            raise ReleaseError(f"{shown}:{number}: {name[:80]!r} is no name of a file inside the release; refused.")
        if name.casefold() in seen:
            raise ReleaseError(f"{shown}:{number}: {name[:80]!r} cannot be listed here, or is listed twice; refused.")
        seen.add(name.casefold())
        sums[name] = match[1]
    if not sums:
        raise ReleaseError(f"{shown}: lists no file.")
    return sums


def is_safe(name: str) -> bool:
    """Whether a name is a path below a folder, on every system."""
    return all(
        _PART.fullmatch(part) and part not in (".", "..") and part.rstrip(". ") == part for part in name.split("/")
    )


def read_list(folder: Path) -> bytes:
    """The bytes of the list in a folder, which `read_sums` reads once its signature is found good. Raises `ReleaseError`."""
    path = folder / SUMS
    try:
        if not path.is_file():
            raise ReleaseError(f"{folder}: no release, as there is no {SUMS} in it.")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ReleaseError(f"{path}: cannot be read ({error.strerror or error}).") from error


def find_differences(folder: Path, sums: Mapping[str, str], *, partial: bool = False) -> list[Difference]:
    """Every file of the folder that is not as listed, in the order of names; with `partial`, files may be missing.

    Links are not followed: whoever made the release made none. Raises `ReleaseError` where a file cannot be read.
    """
    found: list[Difference] = []
    try:
        present = {path.relative_to(folder).as_posix(): path for path in _walk(folder)}
        for name in sorted({*sums, *present} - {SUMS, SIGNATURE}):
            path = present.get(name)
            if path is None:
                if not partial:
                    found.append(Difference("missing", name))
            elif not stat.S_ISREG(path.lstat().st_mode):
                found.append(Difference("link", name))
            elif name not in sums:
                found.append(Difference("extra", name))
            elif hash_file(path) != sums[name]:
                found.append(Difference("altered", name))
    except OSError as error:
        raise ReleaseError(f"{error.filename or folder}: cannot be read ({error.strerror or error}).") from error
    return found


def hash_file(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _walk(folder: Path) -> list[Path]:
    """All that is in a folder and is no folder; links as links."""
    paths = []
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            paths += _walk(path)
        else:
            paths.append(path)
    return paths
