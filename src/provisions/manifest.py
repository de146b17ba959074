"""Opens a package – a checkout, a release zip, the data in the wheel, any Data Package – as a vetted list of tables and files.

Nothing outside the package folder is read, nothing is fetched, and no table is loaded here.
"""

from __future__ import annotations

import re
import shutil
import stat
import tempfile
import weakref
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from provisions.documents import read_json
from provisions.errors import PackageError, SchemaError
from provisions.schema import ID_PREFIX, bundled, from_table_schema, read_table, standard_tables, to_table_schema

if TYPE_CHECKING:
    from provisions.model import Json, Table

MAX_ZIP_FILES = 10_000
MAX_ZIP_BYTES = 8 * 1024**3
_NAME = re.compile(r"[^\x00-\x1f\x7f\"/\\]{1,128}")


@dataclass(frozen=True)
class Resource:
    """A table of the package and the file that holds it; `schemas` are all the descriptions its rows are judged by."""

    table: Table
    file: str
    path: Path
    schemas: tuple[Table, ...]
    bytes: int | None = None
    hash: str | None = None


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

    @property
    def is_ours(self) -> bool:
        """Whether a table is described by a schema of this project, so that the cross-reference rules apply."""
        return any(
            str(table.schema.get("$id", "")).startswith(ID_PREFIX) for r in self.resources for table in r.schemas
        )

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
    """Opens a folder, a `datapackage.json` or a zip; without one, the package here, `./datapackage` or the data in the library.

    Raises `PackageError` or `SchemaError`, naming the file and what to do.
    """
    if package is None:
        near = (folder for folder in (Path(), Path("datapackage")) if (folder / "datapackage.json").is_file())
        path = next(near, bundled("datapackage"))
    else:
        path = Path(package)
    if zipfile.is_zipfile(path) if path.is_file() else False:
        folder = Path(tempfile.mkdtemp(prefix="provisions-"))
        manifest = _read_zip(path, folder)
        weakref.finalize(manifest, shutil.rmtree, folder, ignore_errors=True)
        return manifest
    if path.is_dir():
        if not (path / "datapackage.json").is_file():
            raise PackageError(
                f"{path}: no datapackage.json in this folder. In a checkout, `provisions compile` writes it."
            )
        return _read_descriptor(path / "datapackage.json", str(path))
    if path.name.endswith(".json") and path.is_file():
        return _read_descriptor(path, str(path))
    if not path.exists():
        raise PackageError(f"{path}: no such folder, datapackage.json or zip.")
    raise PackageError(f"{path}: not a package; give a folder, a datapackage.json or a zip.")


def _read_zip(path: Path, folder: Path) -> Manifest:
    try:
        with zipfile.ZipFile(path) as archive:
            _unpack(path, archive, folder)
        return _read_descriptor(folder / "datapackage.json", str(path))
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise PackageError(f"{path}: cannot be unpacked: {error}") from error
    except PackageError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _unpack(path: Path, archive: zipfile.ZipFile, folder: Path) -> None:
    members = archive.infolist()
    if len(members) > MAX_ZIP_FILES or sum(member.file_size for member in members) > MAX_ZIP_BYTES:
        raise PackageError(f"{path}: more than {MAX_ZIP_FILES:,} files or {MAX_ZIP_BYTES:,} bytes when unpacked.")
    seen: set[str] = set()
    for member in members:
        parts = PurePosixPath(member.filename).parts
        kind = stat.S_IFMT(member.external_attr >> 16)
        if not parts or ".." in parts or parts[0] == "/" or "\\" in member.filename or ":" in parts[0]:
            raise PackageError(f"{path}: the entry {member.filename!r} would be written outside the folder.")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or member.flag_bits & 1:
            raise PackageError(f"{path}: the entry {member.filename!r} is a link, a device or encrypted.")
        if member.filename.casefold() in seen:
            raise PackageError(f"{path}: the entry {member.filename!r} stands twice.")
        seen.add(member.filename.casefold())
        archive.extract(member, folder)


def _read_descriptor(path: Path, shown: str) -> Manifest:
    descriptor = read_json(path)
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("resources"), list):
        raise PackageError(f"{path}: not a Data Package: it must be an object with a list of `resources`.")
    root = path.parent
    resources = tuple(_read_resource(root, path, item) for item in descriptor["resources"] if _is_table(path, item))
    names = [resource.table.name.casefold() for resource in resources]
    for name in names:
        if names.count(name) > 1:
            raise PackageError(f"{path}: two resources have the name {name!r}.")
    if not resources:
        raise PackageError(f"{path}: describes no table, so there is nothing to judge.")
    return Manifest(root, shown, descriptor, resources)


def _is_table(path: Path, item: Any) -> bool:
    """A resource is a table if it says so or has a schema; other files (a PDF, a map) are not judged."""
    if not isinstance(item, dict):
        raise PackageError(f"{path}: each resource must be an object.")
    return (
        bool({"schema", "rowSchema", "data"} & set(item))
        or item.get("type") == "table"
        or str(item.get("path")).endswith(".csv")
    )


def _read_resource(root: Path, descriptor: Path, item: Json) -> Resource:
    name = item.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PackageError(f"{descriptor}: each resource needs a `name` without control characters, quotes or slashes.")
    where = f"{descriptor}: resource {name!r}"
    if not isinstance(item.get("path"), str):
        raise PackageError(
            f"{where}: needs a `path` to one file; inline data and lists of files are not supported yet."
        )
    for key, accepted in (("encoding", ("utf-8", "utf8")), ("format", ("csv",)), ("compression", ())):
        if key in item and str(item[key]).lower() not in accepted:
            raise PackageError(f"{where}: {key} {item[key]!r} is not supported yet.")
    if item.get("dialect", {}) not in ({}, {"delimiter": ","}):
        raise PackageError(f"{where}: a `dialect` other than comma-separated is not supported yet.")
    schemas = _read_schemas(root, where, item, name)
    size, digest = item.get("bytes"), item.get("hash")
    return Resource(
        table=schemas[0],
        file=item["path"],
        path=resolve(root, item["path"], where),
        schemas=schemas,
        bytes=size if isinstance(size, int) else None,
        hash=digest if isinstance(digest, str) else None,
    )


def _read_schemas(root: Path, where: str, item: Json, name: str) -> tuple[Table, ...]:
    """The row schema first, then the Table Schema, unless it is what the row schema says already."""
    schemas = []
    table_schema = item.get("schema")
    if isinstance(table_schema, str):
        table_schema = read_json(resolve(root, table_schema, where))
    if "rowSchema" in item:
        row_table = _read_row_schema(root, where, item["rowSchema"], name)
        schemas.append(row_table)
        if row_table.schema.get("$id") == ID_PREFIX + name and table_schema == to_table_schema(row_table):
            table_schema = None
    if table_schema is not None:
        schemas.append(read_table(name, from_table_schema(name, table_schema)))
    if not schemas:
        raise PackageError(f"{where}: has neither `schema` nor `rowSchema`, so there is nothing to judge its rows by.")
    if any(table.names != schemas[0].names for table in schemas):
        raise SchemaError(f"{where}: its `schema` and its `rowSchema` do not have the same columns in the same order.")
    return tuple(schemas)


def _read_row_schema(root: Path, where: str, row_schema: Any, name: str) -> Table:
    if isinstance(row_schema, str) and row_schema.startswith(ID_PREFIX):
        tables = standard_tables()
        known = row_schema.removeprefix(ID_PREFIX)
        if known not in tables:
            raise SchemaError(
                f"{where}: no schema {row_schema!r} ships with this version; there are {', '.join(tables)}."
            )
        row_schema = tables[known].schema
    elif isinstance(row_schema, str):
        row_schema = read_json(resolve(root, row_schema, where))
    return read_table(name, row_schema)


def resolve(root: Path, text: str, where: str) -> Path:
    """A path of the descriptor, which must stay inside the package folder, links followed. Raises `PackageError`."""
    parts = PurePosixPath(text).parts
    unsafe = (
        not parts
        or ".." in parts
        or text.startswith(("/", "~"))
        or "\\" in text
        or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text)
    )
    if unsafe or any(ord(char) < 32 for char in text):
        raise PackageError(f"{where}: the path {text!r} must be relative and stay inside the package.")
    path = root.joinpath(*parts)
    if not path.resolve().is_relative_to(root.resolve()):
        raise PackageError(f"{where}: the path {text!r} leads out of the package through a link.")
    if path.exists() and not path.is_file():
        raise PackageError(f"{where}: {text!r} is not a regular file.")
    return path
