"""One resource of a descriptor → how its rows are read and judged. Raises for what is unsafe or not supported; opens no table."""

from __future__ import annotations

import codecs
import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from provisions.dialect import read_dialect
from provisions.documents import read_json, read_yaml
from provisions.errors import PackageError, SchemaError
from provisions.reading import FIELDS_MATCH, Header, Reading
from provisions.schema import (
    ID_PREFIX,
    from_table_schema,
    read_fields,
    read_table,
    standard_tables,
    to_table_schema,
)
from provisions.sources import COMPRESSIONS

if TYPE_CHECKING:
    from provisions.model import Json, Table

YAML = (".yaml", ".yml")
# Endings of files that hold delimited text without saying so.
# A name such as `tabular-data-package`, or an address at a host with a name.
_PROFILE = re.compile(r"[a-z0-9-]+|https?://(?!localhost)[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}/[^\s\x00-\x1f]*")
_FORMATS = {"txt": "csv", "dat": "csv", "tab": "tsv"}
_NAME = re.compile(r"[^\x00-\x1f\x7f\"/\\]{1,128}")

# What Python knows beside encodings: they give text for bytes, but another text than anybody else would read.
_ESCAPES = (
    "idna",
    "punycode",
    "raw-unicode-escape",
    "raw_unicode_escape",
    "undefined",
    "unicode-escape",
    "unicode_escape",
)


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


def read_resource(root: Path, descriptor: Path, item: Json, keys: tuple[str | int, ...], missing: Any) -> Resource:
    """The resource `item`, which stands at `keys` of the descriptor; `missing` are the missing values of the package."""
    name = item.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PackageError(f"{descriptor}: each resource needs a `name` without control characters, quotes or slashes.")
    where = f"{descriptor}: resource {name!r}"
    table_schema = item.get("schema")
    if isinstance(table_schema, str):
        table_schema = read_document(resolve(root, table_schema, where))
    row_table = _read_row_schema(root, where, item["rowSchema"], name) if "rowSchema" in item else None
    if row_table and row_table.schema.get("$id") == ID_PREFIX + name and table_schema == to_table_schema(row_table):
        table_schema = None  # the row schema says it already
    if row_table is None and table_schema is None:
        table_schema = _describe(root, descriptor, where, item, keys)
    fields = () if table_schema is None else read_fields(name, table_schema, item.get("missingValues", missing))
    names = tuple(field.name for field in fields) or (row_table.names if row_table else ())
    reading = _read_layout(root, descriptor, where, item, keys, Reading(names, (), (), fields))
    schemas = [row_table] if row_table else []
    if table_schema is not None:
        match = table_schema.get("fieldsMatch", "exact")
        reading = replace(reading, match=match[0] if isinstance(match, list) and len(match) == 1 else match)
        if reading.match not in FIELDS_MATCH:
            raise SchemaError(f"{where}: `fieldsMatch` must be one of {', '.join(FIELDS_MATCH)}, not {match!r}.")
        schemas.append(read_table(name, from_table_schema(name, table_schema, fields)))
    schemas = [replace(table, transcoded=not reading.usual) for table in schemas]
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


def _describe(root: Path, descriptor: Path, where: str, item: Json, keys: tuple[str | int, ...]) -> Json:
    """What can be judged of a table without a schema: that it has a header, and every row as many cells."""
    layout = _read_layout(root, descriptor, where, item, keys, Reading((), (), ()))
    try:
        header = next((row.cells for row in layout.rows() if isinstance(row, Header)), [])
    except OSError as error:
        raise PackageError(f"{where}: cannot be read ({error.strerror or error}), and has no schema.") from error
    return {"fields": [{"name": str(name), "type": "string"} for name in dict.fromkeys(header)]}


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
        dialect = read_document(resolve(root, dialect, where))
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
        found = codecs.lookup(str(name)).name
    except (LookupError, ValueError) as error:
        raise PackageError(f"{where}: the encoding {name!r} is not known.") from error
    if found in _ESCAPES:
        raise PackageError(f"{where}: {name!r} is a way to escape text, not the encoding of a file.")
    return found


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
        row_schema = read_document(resolve(root, row_schema, where))
    return read_table(name, row_schema)


def resolve(root: Path, text: str, where: str) -> Path:
    """A path of the descriptor, which must stay inside the package folder, links followed. Raises `PackageError`."""
    parts = PurePosixPath(text).parts
    unsafe = (
        not parts
        or ".." in parts
        or text.startswith(("/", "~"))
        or text.endswith("/")
        or "\\" in text
        or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text)
    )
    if unsafe or any(ord(char) < 32 for char in text):
        raise PackageError(f"{where}: the path {text!r} must be relative and stay inside the package.")
    path = root.joinpath(*parts)
    try:
        outside = not path.resolve().is_relative_to(root.resolve())
        strange = path.exists() and not path.is_file()
    except (OSError, RuntimeError) as error:  # a name too long, a link that leads to itself
        raise PackageError(f"{where}: the path {text[:80]!r} cannot be followed.") from error
    if outside:
        raise PackageError(f"{where}: the path {text!r} leads out of the package through a link.")
    if strange:
        raise PackageError(f"{where}: {text!r} is not a regular file.")
    return path


def check_profile(name: Any, where: str) -> None:
    """Profiles are not judged, and nothing is fetched: a known name or a public address may stand there, nothing else.

    Raises `PackageError` for a file or a place that is none of the public web.
    """
    if name is None or (isinstance(name, str) and _PROFILE.fullmatch(name)):
        return
    raise PackageError(
        f"{where}: the profile {str(name)[:80]!r} is neither a name nor an https address; it would not be fetched."
    )


def read_document(path: Path) -> Any:
    """A JSON or YAML document; a date that YAML makes of unquoted text is that text again."""
    return _undated(path, read_yaml(path)) if path.suffix in YAML else read_json(path)


def _undated(path: Path, value: Any) -> Any:
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):  # JSON has no such keys, and others would write it in another way
                raise PackageError(f"{path}: the key {key!r} is read as no text; put it in quotes.")
        return {key: _undated(path, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_undated(path, item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value
