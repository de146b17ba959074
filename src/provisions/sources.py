"""Files of a resource → their bytes, unpacked within bounds; and whether size and hash are those that the descriptor says."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from provisions.errors import PackageError, ProvisionsError
from provisions.limits import beyond, limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

COMPRESSIONS = {"": "", "no": "", "gz": "gz", "gzip": "gz", "zip": "zip"}
HASHES = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_FREE = 64 * 1024**2  # so much may be unpacked of any file
_CHANGED = "The file was changed after the descriptor was written, or was not copied whole."


def read_file(path: Path, compression: str = "", inner: str = "") -> bytes:
    """The bytes of a file, unpacked within the limit `file-bytes`; of a zip, those of its one file, or of `inner`. Raises `PackageError`."""
    most = limits().file_bytes
    name = "file-bytes"
    try:
        if compression and most_unpacked(path) < most:
            most, name = most_unpacked(path), "compression-ratio"
        if compression == "gz":
            with gzip.open(path) as file:
                data = file.read(most + 1)
        elif compression == "zip":
            with zipfile.ZipFile(path) as archive, archive.open(_member(path, archive, inner)) as member:
                data = member.read(most + 1)
        else:
            with path.open("rb") as file:
                data = file.read(most + 1)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise PackageError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error}).") from error
    if len(data) > most:
        unpacked = " when unpacked" if compression else ""
        raise PackageError(f"{path}: too many bytes{unpacked} to be read cell by cell ({beyond(name)}).")
    return data


def most_unpacked(path: Path) -> int:
    """How many bytes may become of a packed file: what takes little to send may not take all of the machine."""
    return max(_FREE, limits().compression_ratio * path.stat().st_size)


@contextmanager
def unchanged(paths: Iterable[Path]) -> Iterator[None]:
    """Raises `PackageError` where a file was changed, replaced or removed while the block ran: what was read may be no one state of it."""
    before = {path: _stamp(path) for path in paths}

    def check() -> None:
        for path, stamp in before.items():
            if _stamp(path) != stamp:
                raise PackageError(
                    f"{path}: was changed while it was read, so there is no verdict. Try again when nothing writes to it."
                )

    try:
        yield
    except ProvisionsError:
        check()  # it is what the error comes from
        raise
    check()


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns, facts.st_ino


def integrity(files: Sequence[Path], size: int | None, digest: str | None) -> list[tuple[str, str, str]]:
    """What differs from the size and the hash of the descriptor, as (rule, message, hint); parts count as one file.

    Raises `PackageError` for a hash that is not supported.
    """
    found = []
    have = sum(path.stat().st_size for path in files)
    if size is not None and size != have:
        found.append(("file/bytes", f"The file has {have} bytes; the descriptor says {size}.", _CHANGED))
    if digest:
        name, _, expected = digest.rpartition(":")
        name = name.lower().replace("-", "") or "md5"
        if len(expected) != HASHES.get(name):
            raise PackageError(
                f"{files[0]}: the hash {digest!r} is not supported; write sha256:<64 hexadecimal digits>, or one of {', '.join(HASHES)}."
            )
        made = hashlib.new(name, usedforsecurity=False)
        for path in files:
            with path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    made.update(chunk)
        if made.hexdigest() != expected.lower():
            message = f"The file has the {name} hash {made.hexdigest()}; the descriptor says {expected}."
            found.append(("file/hash", message, _CHANGED))
    return found


def _member(path: Path, archive: zipfile.ZipFile, inner: str) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if inner:
        members = [member for member in members if member.filename == inner]
    if len(members) != 1:
        names = ", ".join(member.filename for member in archive.infolist()[:10])
        raise PackageError(
            f"{path}: must hold {inner or 'one file'}; it holds {names or 'nothing'}. `innerpath` names one."
        )
    return members[0]
