"""Authored metadata (`package.yaml`) and schemas → the descriptor `datapackage.json`, and what a release says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.documents import read_json, read_yaml, write_json
from provisions.errors import PackageError, SchemaError
from provisions.layout import count
from provisions.schema import ID_PREFIX, bundled, standard_tables, to_table_schema

if TYPE_CHECKING:
    from pathlib import Path

    from provisions.model import Json, Table

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
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(text.encode())
        beside.replace(path)
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


def write_readme(descriptor: Json, rows: dict[str, int]) -> str:
    """The README of a release, in Markdown: what it is, how to cite it, what each file holds, under which licence."""
    title, version = descriptor["title"], descriptor["version"]
    lines = [
        f"# {title}",
        "",
        f"Version {version}, {descriptor['created'][:10]}.",
        "",
        descriptor["description"].strip(),
        "",
    ]
    lines += ["## How to cite", "", f"> {cite(descriptor)}", ""]
    lines += ["## Files", "", "| file | rows | one row is |", "|---|---:|---|"]
    for resource in descriptor["resources"]:
        lines.append(
            f"| `{resource['path']}` | {rows[resource['name']]:,} | {_first_sentence(resource['description'])} |"
        )
    lines += [
        "",
        "`datapackage.json` describes every column (Frictionless Data Package v2), with the size and hash of each file;",
        "`schema/` holds the same as JSON Schema, and more; `seeds/` the source documents whose text is held.",
        "",
        "## Licence",
        "",
    ]
    lines += [f"* {licence['title']}: {licence['path']}" for licence in descriptor["licenses"]]
    lines += ["", descriptor["rights"].strip(), ""]
    return "\n".join(lines)


def cite(descriptor: Json) -> str:
    """One line of citation."""
    authors = ", ".join(person["title"] for person in descriptor["contributors"])
    return f"{authors} ({descriptor['created'][:4]}). {descriptor['title']}, version {descriptor['version']} [data set]. CC BY 4.0."


def write_licence(descriptor: Json) -> str:
    """What may be done with the data, in words, with the address of the licence’s own text."""
    named = "; ".join(
        f"{licence['title']} ({licence['name']}), {licence['path']}" for licence in descriptor["licenses"]
    )
    return f"{descriptor['title']}\n\nLicence of the data: {named}\n\n{descriptor['rights'].strip()}\n"


def describe_rows(rows: dict[str, int]) -> str:
    """How much a release holds, in a few words."""
    nouns = (("treaties", "treaty"), ("provisions", "provision"), ("statements", "statement"), ("sources", "source"))
    return ", ".join(count(rows[name], noun, name) for name, noun in nouns if name in rows)


def _first_sentence(text: str) -> str:
    words: Any = text.split(". ", maxsplit=1)[0].rstrip(".").removeprefix("One row is ").removeprefix("One row ")
    return f"{words}."
