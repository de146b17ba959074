"""Opens a package – a checkout, a release zip, the data in the wheel, any Data Package – as a vetted list of tables and files.

Nothing outside the package folder is read, nothing is fetched, and no table is loaded here.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
import shutil
import stat
import tempfile
import weakref
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from provisions.dialect import read_dialect
from provisions.documents import read_json, read_yaml
from provisions.errors import PackageError, SchemaError
from provisions.reading import FIELDS_MATCH, Reading
from provisions.schema import (
    ID_PREFIX,
    bundled,
    from_table_schema,
    read_fields,
    read_table,
    standard_tables,
    to_table_schema,
)
from provisions.sources import COMPRESSIONS

if TYPE_CHECKING:
    from provisions.model import Json, Table

MAX_ZIP_FILES = 10_000
MAX_ZIP_BYTES = 8 * 1024**3
_YAML = (".yaml", ".yml")
# Endings of files that hold delimited text without saying so.
_FORMATS = {"txt": "csv", "dat": "csv", "tab": "tsv"}
_NAME = re.compile(r"[^\x00-\x1f\x7f\"/\\]{1,128}")


@dataclass(frozen=True)
class Resource:
    """A table of the package and what holds it; `schemas` are all the descriptions its rows are judged by."""

    table: Table
    file: str
    schemas: tuple[Table, ...]
    reading: Reading
    bytes: int | None = None
    hash: str | None = None

    @property
    def path(self) -> Path:
        """The one file that holds the table. Raises `PackageError` for a table in several files, or in the descriptor."""
        if self.reading.inline or len(self.reading.paths) != 1:
            raise PackageError(
                f"{self.table.name}: its rows do not lie in one file of their own, so there is none to take."
            )
        return self.reading.paths[0]


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
    if path.suffix in (".json", *_YAML) and path.is_file():
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


def _descriptor_in(folder: Path) -> Path:
    """The descriptor in a folder: `datapackage.json`, else the same as YAML."""
    usual = folder / "datapackage.json"
    found = [usual, *(usual.with_suffix(suffix) for suffix in _YAML)]
    return next((path for path in found if path.is_file()), usual)


def _read_document(path: Path) -> Any:
    """A JSON or YAML document; a date that YAML makes of unquoted text is that text again."""
    return _undated(read_yaml(path)) if path.suffix in _YAML else read_json(path)


def _undated(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _undated(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_undated(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _read_descriptor(path: Path, shown: str) -> Manifest:
    descriptor = _read_document(path)
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("resources"), list):
        raise PackageError(f"{path}: not a Data Package: it must be an object with a list of `resources`.")
    root = path.parent
    missing = descriptor.get("missingValues", [""])
    resources = tuple(
        _read_resource(root, path, item, ("resources", number), missing)
        for number, item in enumerate(descriptor["resources"])
        if _is_table(path, item)
    )
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
        or item.get("profile") == "tabular-data-resource"
        or str(item.get("path")).endswith((".csv", ".tsv"))
    )


def _read_resource(root: Path, descriptor: Path, item: Json, keys: tuple[str | int, ...], missing: Any) -> Resource:
    name = item.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PackageError(f"{descriptor}: each resource needs a `name` without control characters, quotes or slashes.")
    where = f"{descriptor}: resource {name!r}"
    table_schema = item.get("schema")
    if isinstance(table_schema, str):
        table_schema = _read_document(resolve(root, table_schema, where))
    row_table = _read_row_schema(root, where, item["rowSchema"], name) if "rowSchema" in item else None
    if row_table and row_table.schema.get("$id") == ID_PREFIX + name and table_schema == to_table_schema(row_table):
        table_schema = None  # the row schema says it already
    if row_table is None and table_schema is None:
        raise PackageError(f"{where}: has neither `schema` nor `rowSchema`, so there is nothing to judge its rows by.")
    fields = () if table_schema is None else read_fields(name, table_schema, item.get("missingValues", missing))
    names = tuple(field.name for field in fields) or (row_table.names if row_table else ())
    reading = _read_layout(root, descriptor, where, item, keys, Reading(names, (), (), fields))
    schemas = [row_table] if row_table else []
    if table_schema is not None:
        match = table_schema.get("fieldsMatch", "exact")
        reading = replace(reading, match=match[0] if isinstance(match, list) and len(match) == 1 else match)
        if reading.match not in FIELDS_MATCH:
            raise SchemaError(f"{where}: `fieldsMatch` must be one of {', '.join(FIELDS_MATCH)}, not {match!r}.")
        translated = read_table(name, from_table_schema(name, table_schema, fields, plain=reading.plain))
        in_keys = (translated.primary_key, *translated.unique_keys, *(key.columns for key in translated.foreign_keys))
        reading = replace(reading, keyed=frozenset(sum(in_keys, ())))
        schemas.append(translated)
    if any(table.names != schemas[0].names for table in schemas):
        raise SchemaError(f"{where}: its `schema` and its `rowSchema` do not have the same columns in the same order.")
    size, digest = item.get("bytes"), item.get("hash")
    return Resource(
        table=schemas[0],
        file=reading.files[0],
        schemas=tuple(schemas),
        reading=reading,
        bytes=size if isinstance(size, int) and not reading.inline else None,
        hash=digest if isinstance(digest, str) and not reading.inline else None,
    )


def _read_layout(
    root: Path, descriptor: Path, where: str, item: Json, keys: tuple[str | int, ...], reading: Reading
) -> Reading:
    """Where the rows are and how they are written. Raises `PackageError` or `SchemaError` for what is not supported."""
    if ("data" in item) == ("path" in item):
        raise PackageError(f"{where}: needs either a `path` or inline `data`.")
    data, paths = item.get("data"), item.get("path")
    files = [descriptor.name] if "data" in item else [paths] if isinstance(paths, str) else paths
    if not isinstance(files, list) or not files or not all(isinstance(file, str) for file in files):
        raise PackageError(f"{where}: `path` must be a text, or a list of texts.")
    suffixes = [part for part in PurePosixPath(files[0]).suffixes if part.lower() not in (".gz", ".zip")]
    suffix = suffixes[-1][1:].lower() if suffixes and "data" not in item else ""
    kind = str(
        item.get("format") or {"text/csv": "csv", "application/json": "json"}.get(str(item.get("mediatype")), "")
    ).lower()
    kind = kind or _FORMATS.get(suffix, suffix) or ("csv" if isinstance(data, str) or paths else "json")
    if kind not in ("csv", "tsv", "json") or (isinstance(data, str) and kind == "json"):
        raise PackageError(f"{where}: the format {kind!r} is not supported; csv, tsv and json rows are.")
    packing = str(item.get("compression", "") or ("" if "data" in item else PurePosixPath(files[0]).suffix[1:])).lower()
    if "compression" in item and packing not in COMPRESSIONS:
        raise PackageError(f"{where}: compression {item['compression']!r} is not supported; gz and zip are.")
    dialect = item.get("dialect", {})
    if isinstance(dialect, str):
        dialect = _read_document(resolve(root, dialect, where))
    return replace(
        reading,
        files=tuple(files),
        paths=(descriptor,) if "data" in item else tuple(resolve(root, file, where) for file in files),
        dialect=read_dialect(dialect, where, tabs=kind == "tsv"),
        encoding=_encoding(item.get("encoding", "utf-8"), where),
        compression=COMPRESSIONS.get(packing, ""),
        inner=str(item.get("innerpath", "")),
        json=kind == "json",
        data=data,
        keys=(*keys, "data") if "data" in item else (),
    )


def _encoding(name: Any, where: str) -> str:
    try:
        "a".encode(str(name))
        return codecs.lookup(str(name)).name
    except (LookupError, UnicodeError) as error:
        raise PackageError(f"{where}: the encoding {name!r} is not known.") from error


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
        row_schema = _read_document(resolve(root, row_schema, where))
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
