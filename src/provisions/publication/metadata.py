"""Authored metadata (`package.yaml`) and schemas → the descriptor `datapackage.json`; derived tables → theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.documents import read_json, read_yaml, write_json
from provisions.errors import PackageError, SchemaError
from provisions.layout import count
from provisions.replacing import whole_file
from provisions.schema import ID_PREFIX, bundled, standard_tables, to_table_schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from provisions.model import Column, Json, Table
    from provisions.publication.about import About
    from provisions.publication.assets import Asset
    from provisions.publication.contents import Content

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_REQUIRED = ("name", "title", "description", "version", "created", "licenses", "contributors", "keywords")


def compile_descriptor(folder: Path) -> str:
    """The text of `datapackage.json` for a folder with a `package.yaml`. Raises `PackageError` or `SchemaError`."""
    metadata = read_yaml(folder / "package.yaml")
    if not isinstance(metadata, dict):
        raise PackageError(f"{folder / 'package.yaml'}: must be a mapping.")
    missing = [key for key in _REQUIRED if not metadata.get(key)]
    if missing:
        raise PackageError(f"{folder / 'package.yaml'}: {', '.join(missing)} must be given.")
    check_schemas()
    descriptor: Json = {"$schema": PROFILE, **metadata}
    descriptor["resources"] = [_resource(table) for table in standard_tables().values()]
    return write_json(descriptor)


def write_descriptor(path: Path, text: str) -> None:
    """Puts the text in the place of `datapackage.json` in one step. Raises `PackageError`."""
    try:
        with whole_file(path) as made:
            made.write_bytes(text.encode())
    except OSError as error:
        raise PackageError(f"{path}: cannot be written ({error.strerror or error}).") from error


def check_schemas() -> None:
    """Holds every schema of this project against JSON Schema 2020-12 and our habits. Raises `SchemaError`."""
    from jsonschema import Draft202012Validator
    from jsonschema import SchemaError as NotASchema

    for path in sorted(bundled("schema").glob("*.json")):
        schema = read_json(path)
        try:
            Draft202012Validator.check_schema(schema)
        except NotASchema as error:
            raise SchemaError(f"{path}: {error.message} (at {error.json_path}).") from error
        if schema.get("$id") != ID_PREFIX + path.stem:
            raise SchemaError(f"{path}: its $id must be {ID_PREFIX}{path.stem}.")
        for name, spec in schema["properties"].items():
            lacking = [key for key in ("title", "description", "examples") if not spec.get(key)]
            if lacking:
                raise SchemaError(f"{path}: the column {name!r} needs {', '.join(lacking)}.")
            if spec.get("enum", []) != list(spec.get("x-enum", {})):
                raise SchemaError(
                    f"{path}: the `x-enum` of {name!r} must explain each value of its `enum`, in the same order."
                )


def _resource(table: Table) -> Json:
    return {
        "name": table.name,
        "type": "table",
        "title": table.schema["title"],
        "description": table.schema["description"],
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": to_table_schema(table),
        "rowSchema": ID_PREFIX + table.name,
    }


def describe_rows(rows: dict[str, int]) -> str:
    """How much a release holds, in a few words."""
    nouns = (("treaties", "treaty"), ("provisions", "provision"), ("statements", "statement"), ("sources", "source"))
    return ", ".join(count(rows[name], noun, name) for name, noun in nouns if name in rows)


def describe_derived(descriptor: Json, about: About, contents: Iterable[Content], assets: Iterable[Asset]) -> str:
    """The text of `derived.json`: a Data Package of the derived tables, which names the package that they follow from."""
    files = {asset.name: asset for asset in assets}
    kept = ("$schema", "version", "created", "keywords", "licenses", "contributors", "rights", "temporal")
    said: Json = {key: descriptor[key] for key in kept if key in descriptor}
    said["name"] = f"{about.name}-derived"
    said["title"] = f"{about.title}: derived tables"
    said["description"] = f"What follows from the tables of datapackage.json, as of {about.date}."
    said["sources"] = [{"title": about.citation, "path": "datapackage.json"}]
    said["resources"] = [
        {
            "name": content.name,
            "type": "table",
            "title": content.title,
            "description": content.description,
            "path": content.file,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": files[content.file].bytes,
            "hash": f"sha256:{files[content.file].sha256}",
            "schema": _derived_schema(content.table),
        }
        for content in contents
        if content.derived
    ]
    return write_json(said)


def _derived_schema(table: Table) -> Json:
    schema: Json = {"fields": [_derived_field(column) for column in table.columns]}
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    return schema


def _derived_field(column: Column) -> Json:
    field = {
        "name": column.name,
        "type": column.schema.get("format", column.type),
        "title": column.schema["title"],
        "description": column.schema["description"],
    }
    return field | ({"constraints": {"required": True}} if column.required else {})
