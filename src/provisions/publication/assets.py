"""The files of a release: what each is, its size and its hashes; the list that `sha256sum -c` reads; the zip of the package."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisions.exports import read_epoch
from provisions.running import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SUMS = "SHA256SUMS"
_CHUNK = 1 << 20
_READERS = 2  # hashing keeps Python from nothing else
# The earliest time that a zip can hold: no clock, so the same bytes every time.
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_LATEST = (2107, 12, 31, 23, 59, 58)
_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "sqlite": "application/vnd.sqlite3",
    "dta": "application/x-stata-dta",
    "zip": "application/zip",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "md": "text/markdown",
    "txt": "text/plain",
    "yml": "application/yaml",
    "yaml": "application/yaml",
    "cff": "application/yaml",
}


@dataclass(frozen=True)
class Asset:
    """A file of a release: its path in it, its size, its hashes and what it is."""

    name: str
    bytes: int
    sha256: str
    sha1: str
    about: str = ""

    @property
    def mediatype(self) -> str:
        """Its media type, by the ending of its name."""
        return _TYPES.get(self.name.rsplit(".", 1)[-1], "application/octet-stream")


def list_assets(folder: Path, about: Mapping[str, str], known: Iterable[Asset] = ()) -> list[Asset]:
    """All files of the folder in the order of their names; `about` says what some of them are. Those `known` are not read again."""
    read = {asset.name: asset for asset in known}
    names = list_names(folder)
    new = [name for name in names if name not in read]
    read |= zip(
        new, side_by_side(lambda name: read_asset(folder, name, about.get(name, "")), new, _READERS), strict=True
    )
    return [read[name] for name in names]


def list_names(folder: Path) -> list[str]:
    """The paths of all files in the folder, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def read_asset(folder: Path, name: str, about: str = "") -> Asset:
    """One file of a release, by its path in it."""
    sha256, sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)  # SPDX asks for SHA-1
    size = 0
    with (folder / name).open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha256.update(chunk)
            sha1.update(chunk)
            size += len(chunk)
    return Asset(name, size, sha256.hexdigest(), sha1.hexdigest(), about)


def write_sums(assets: Iterable[Asset]) -> str:
    """`SHA256SUMS`, as `sha256sum -c` reads it."""
    return "".join(f"{asset.sha256}  {asset.name}\n" for asset in assets if asset.name != SUMS)


def write_zip(path: Path, folder: Path, names: Iterable[str]) -> None:
    """Packs those files of the folder; the bytes depend on nothing but them, and on `SOURCE_DATE_EPOCH` where it is set."""
    stamp = _stamp()
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            entry.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, archive.open(entry, "w") as packed:
                shutil.copyfileobj(source, packed, _CHUNK)


def _stamp() -> tuple[int, int, int, int, int, int]:
    time = read_epoch()
    if time is None:
        return _EARLIEST
    stamp = (time.year, time.month, time.day, time.hour, time.minute, time.second)
    return min(max(stamp, _EARLIEST), _LATEST)
