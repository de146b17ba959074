"""Opens a package – a checkout, a release zip, the data in the wheel, any Data Package – as a vetted list of tables and files.

Nothing outside the package folder is read, nothing is fetched, and no table is loaded here.
"""

from __future__ import annotations

import shutil
import stat
import tempfile
import weakref
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from provisions.errors import PackageError
from provisions.limits import beyond, limits
from provisions.resources import YAML, Resource, check_profile, read_document, read_resource
from provisions.schema import ID_PREFIX, bundled
from provisions.sources import most_unpacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.model import Json, Table

__all__ = ["Manifest", "Resource", "open_manifest"]

SMALL_BYTES = 4 * 1024**2


@dataclass(frozen=True)
class Manifest:
    """An opened package: its folder, its descriptor and its tables."""

    root: Path
    shown: str
    descriptor: Json
    resources: tuple[Resource, ...]

    @property
    def name(self) -> str:
        """Name of the package; of its folder, where the descriptor gives none."""
        return str(self.descriptor.get("name") or self.root.name)

    @property
    def version(self) -> str | None:
        """Version of the package, as the descriptor gives it."""
        version = self.descriptor.get("version")
        return None if version is None else str(version)

    @cached_property
    def is_ours(self) -> bool:
        """Whether a table is described by a schema of this project, so that the cross-reference rules apply."""
        return any(
            str(table.schema.get("$id", "")).startswith(ID_PREFIX) for r in self.resources for table in r.schemas
        )

    @property
    def tables(self) -> dict[str, Table]:
        """Its tables by name."""
        return {resource.table.name: resource.table for resource in self.resources}

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files of its tables."""
        return tuple(path for resource in self.resources for path in resource.reading.paths)

    @property
    def small(self) -> bool:
        """Whether its files are so small that planning the queries costs more than running them."""
        return sum(path.stat().st_size for path in self.paths if path.is_file()) < SMALL_BYTES

    @property
    def seeds(self) -> Path | None:
        """The folder of source documents: `seeds` in the package, or beside it where the package is `datapackage`."""
        for folder in (
            self.root / "seeds",
            self.root.resolve().parent / "seeds" if self.root.resolve().name == "datapackage" else None,
        ):
            if folder is not None and folder.is_dir() and not folder.is_symlink():
                return folder
        return None


def open_manifest(package: str | Path | None = None) -> Manifest:
    """Opens a folder, a `datapackage.json` (or `.yaml`) or a zip; without one, the package here, `./datapackage` or the data in the library.

    Raises `PackageError` or `SchemaError`, naming the file and what to do.
    """
    if package is None:
        near = (folder for folder in (Path(), Path("datapackage")) if _descriptor_in(folder).is_file())
        path = next(near, bundled("datapackage"))
    else:
        path = Path(package)
    if zipfile.is_zipfile(path) if path.is_file() else False:
        folder = Path(tempfile.mkdtemp(prefix="provisions-"))
        manifest = _read_zip(path, folder)
        weakref.finalize(manifest, shutil.rmtree, folder, ignore_errors=True)
        return manifest
    if path.is_dir():
        if not _descriptor_in(path).is_file():
            raise PackageError(
                f"{path}: no datapackage.json in this folder. In a checkout, `provisions compile` writes it."
            )
        return _read_descriptor(_descriptor_in(path), str(path))
    if path.suffix in (".json", *YAML) and path.is_file():
        return _read_descriptor(path, str(path))
    if not path.exists():
        raise PackageError(f"{path}: no such folder, datapackage.json or zip.")
    raise PackageError(f"{path}: not a package; give a folder, a datapackage.json or a zip.")


def _read_zip(path: Path, folder: Path) -> Manifest:
    try:
        with zipfile.ZipFile(path) as archive:
            _unpack(path, archive, folder)
        return _read_descriptor(_descriptor_in(folder), str(path))
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise PackageError(f"{path}: cannot be unpacked: {error}") from error
    except PackageError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _unpack(path: Path, archive: zipfile.ZipFile, folder: Path) -> None:
    members = archive.infolist()
    if len(members) > limits().archive_files:
        raise PackageError(f"{path}: holds {len(members):,} files ({beyond('archive-files')}).")
    size = sum(member.file_size for member in members)
    for name, most in (("archive-bytes", limits().archive_bytes), ("compression-ratio", most_unpacked(path))):
        if size > most:
            raise PackageError(f"{path}: too many bytes when unpacked ({beyond(name)}).")
    seen: set[str] = set()
    for member in members:
        if "\0" in member.orig_filename:
            raise PackageError(f"{path}: the entry {member.filename!r} has a NUL character in its name.")
        parts = PurePosixPath(member.filename).parts
        kind = stat.S_IFMT(member.external_attr >> 16)
        if not parts or ".." in parts or member.filename.startswith("/") or "\\" in member.filename or ":" in parts[0]:
            raise PackageError(f"{path}: the entry {member.filename!r} would be written outside the folder.")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or member.flag_bits & 1:
            raise PackageError(f"{path}: the entry {member.filename!r} is a link, a device or encrypted.")
        if member.filename.casefold() in seen:
            raise PackageError(f"{path}: the entry {member.filename!r} stands twice.")
        seen.add(member.filename.casefold())
        archive.extract(member, folder)


def _descriptor_in(folder: Path) -> Path:
    """The descriptor in a folder: `datapackage.json`, else the same as YAML."""
    usual = folder / "datapackage.json"
    found = [usual, *(usual.with_suffix(suffix) for suffix in YAML)]
    return next((path for path in found if path.is_file()), usual)


def _read_descriptor(path: Path, shown: str) -> Manifest:
    descriptor = read_document(path)
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("resources"), list):
        raise PackageError(f"{path}: not a Data Package: it must be an object with a list of `resources`.")
    if len(descriptor["resources"]) > limits().tables:
        raise PackageError(f"{path}: has {len(descriptor['resources']):,} resources ({beyond('tables')}).")
    root = path.parent
    for about in (descriptor, *(item for item in descriptor["resources"] if isinstance(item, dict))):
        for key in ("profile", "$schema"):
            check_profile(about.get(key), str(path))
    missing = descriptor.get("missingValues", [""])
    resources = tuple(
        read_resource(root, path, item, ("resources", number), missing)
        for number, item in enumerate(descriptor["resources"])
        if _is_table(path, item)
    )
    for name, times in Counter(resource.table.name.casefold() for resource in resources).items():
        if times > 1:
            raise PackageError(f"{path}: two resources have the name {name!r}.")
    if not resources:
        raise PackageError(f"{path}: describes no table, so there is nothing to judge.")
    return Manifest(root, shown, descriptor, _with_keys(resources))


def _with_keys(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """The resources, each told which of its columns are compared as texts: those of its keys, and those that foreign keys lead to."""
    keyed: dict[str, set[str]] = defaultdict(set)
    for resource in resources:
        for table in resource.schemas:
            for columns in (table.primary_key, *table.unique_keys, *(key.columns for key in table.foreign_keys)):
                keyed[resource.table.name].update(columns)
            for key in table.foreign_keys:
                keyed[key.to_table].update(key.to_columns)
    return tuple(
        replace(each, reading=replace(each.reading, keyed=frozenset(keyed[each.table.name]))) for each in resources
    )


def _is_table(path: Path, item: Any) -> bool:
    """A resource is a table if it says so or has a schema; other files (a PDF, a map) are not judged."""
    if not isinstance(item, dict):
        raise PackageError(f"{path}: each resource must be an object.")
    return (
        bool({"schema", "rowSchema", "data"} & set(item))
        or item.get("type") == "table"
        or item.get("profile") == "tabular-data-resource"
        or str(item.get("path")).endswith((".csv", ".tsv"))
    )
