"""JSON Schema (2020-12, with `x-table` for keys) ⇄ Table, and ⇄ Table Schema. Reads no data and writes no files."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisions.documents import read_json
from provisions.errors import SchemaError
from provisions.fields import read_field
from provisions.limits import beyond, limits
from provisions.model import Column, ForeignKey, Json, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.fields import Field

ID_PREFIX = "urn:provisions:schema:"
EDTF_PATTERN = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
TYPES = ("string", "integer", "number", "boolean")
_SHARED_CONSTRAINTS = ("enum", "pattern", "minLength", "maxLength", "minimum", "maximum")


def bundled(folder: str) -> Path:
    """A folder that ships with the library: `schema`, `datapackage` or `seeds`; in a checkout, the authored one."""
    here = Path(__file__).resolve().parent
    checkout = here.parent.parent / folder
    return (
        checkout
        if (here.parent.parent / "pyproject.toml").is_file() and checkout.is_dir()
        else here / "bundle" / folder
    )


@cache
def standard_tables() -> dict[str, Table]:
    """The tables of this project by name, from the JSON Schemas that ship with it. Raises `SchemaError`."""
    return {path.stem: read_table(path.stem, read_json(path)) for path in sorted(bundled("schema").glob("*.json"))}


def read_table(name: str, schema: Any) -> Table:
    """The table that a JSON Schema with `x-table` describes. Raises `SchemaError` where the two do not fit together."""
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise SchemaError(f"schema of {name}: must be an object with `properties`, one for each column.")
    _bound(f"schema of {name}", len(schema["properties"]))
    required, keys = schema.get("required"), schema.get("x-table", {})
    listed = [keys.get(keyword, []) for keyword in ("uniqueKeys", "foreignKeys")] if isinstance(keys, dict) else [None]
    if not all(isinstance(each, list) for each in listed):
        raise SchemaError(f"schema of {name}: `x-table` must be an object, `uniqueKeys` and `foreignKeys` in it lists.")
    columns = tuple(
        Column(column, _column_type(name, column, spec), spec, isinstance(required, list) and column in required)
        for column, spec in schema["properties"].items()
    )
    table = Table(
        name=name,
        schema=schema,
        columns=columns,
        primary_key=tuple(_names(name, "primaryKey", keys["primaryKey"]) if keys.get("primaryKey") else ()),
        unique_keys=tuple(tuple(_names(name, "uniqueKeys", key)) for key in keys.get("uniqueKeys", ())),
        foreign_keys=tuple(_read_foreign_key(name, key) for key in keys.get("foreignKeys", ())),
    )
    for column in (*table.primary_key, *sum(table.unique_keys, ()), *sum((k.columns for k in table.foreign_keys), ())):
        if column not in table.places:
            raise SchemaError(f"schema of {name}: a key names the column {column!r}, which the table does not have.")
    return table


def read_fields(name: str, descriptor: Any, missing: Any = ("",)) -> tuple[Field, ...]:
    """The fields of a Table Schema (v1 or v2); `missing` are the missing values where it names none.

    Raises `SchemaError` for what is not understood.
    """
    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("fields"), list):
        raise SchemaError(f"Table Schema of {name}: must be an object with a list of `fields`.")
    _bound(f"Table Schema of {name}", len(descriptor["fields"]))
    missing = descriptor.get("missingValues", list(missing))
    key = _names(name, "primaryKey", descriptor["primaryKey"]) if descriptor.get("primaryKey") else []
    fields = [read_field(name, field, missing) for field in descriptor["fields"]]
    for column, times in Counter(field.name for field in fields).items():
        if times > 1:
            raise SchemaError(f"Table Schema of {name}: the field {column!r} stands twice.")
    return tuple(replace(field, required=True) if field.name in key else field for field in fields)


def from_table_schema(name: str, descriptor: Json, fields: Sequence[Field]) -> Json:
    """Table Schema → JSON Schema of the canonical text of its cells, with `x-table`. Raises `SchemaError`."""
    keys: Json = {}
    if descriptor.get("primaryKey"):
        keys["primaryKey"] = _names(name, "primaryKey", descriptor["primaryKey"])
    unique = descriptor.get("uniqueKeys", [])
    if not isinstance(unique, list):
        raise SchemaError(f"Table Schema of {name}: `uniqueKeys` must be a list of keys.")
    unique = [_names(name, "uniqueKeys", key) for key in unique]
    unique += [[field.name] for field in fields if field.unique and [field.name] not in unique]
    if unique:
        keys["uniqueKeys"] = unique
    if (foreign := descriptor.get("foreignKeys")) is not None:
        if not isinstance(foreign, list):
            raise SchemaError(f"Table Schema of {name}: `foreignKeys` must be a list of keys.")
        keys["foreignKeys"] = foreign
    properties = {field.name: _of_readable(field.schema) for field in fields}
    required = [field.name for field in fields if field.required]
    return {"type": "object", "required": required, "properties": properties, "x-table": keys}


def _of_readable(spec: Json) -> Json:
    """The schema of a column whose constraints judge only cells that are of its type: others are told once."""
    form = {key: spec[key] for key in ("type", "format") if key in spec}
    words = {key: spec[key] for key in ("title", "description") if key in spec}
    limits = {key: value for key, value in spec.items() if key not in form and key not in words}
    numeric = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}  # they compare nothing but numbers
    if form == {"type": "string"} or ("format" not in form and set(limits) <= numeric):
        return spec
    return form | words | ({"if": form, "then": limits} if limits else {})


def to_table_schema(table: Table) -> Json:
    """JSON Schema → Table Schema v2, in the subset that every reader understands.

    Left out, because readers disagree about it: a composite foreign key of which one column may be empty while
    another is filled (frictionless counts that as a violation). It stays in the JSON Schema, and is checked here.
    """
    schema: Json = {"fields": [_to_field(column) for column in table.columns], "primaryKey": list(table.primary_key)}
    if table.unique_keys:
        schema["uniqueKeys"] = [list(key) for key in table.unique_keys]
    keys = [key for key in table.foreign_keys if len({table.column(name).required for name in key.columns}) == 1]
    if keys:
        schema["foreignKeys"] = [
            {
                "fields": list(key.columns),
                "reference": {"fields": list(key.to_columns)}
                if key.to_table == table.name
                else {"resource": key.to_table, "fields": list(key.to_columns)},
            }
            for key in keys
        ]
    return schema


def _column_type(table: str, name: str, spec: Any) -> str:
    if not isinstance(spec, dict):
        raise SchemaError(f"schema of {table}: the schema of column {name!r} must be an object.")
    kind = spec.get("type", "string")
    if kind not in TYPES:
        raise SchemaError(
            f"schema of {table}: column {name!r} has the type {kind!r}; a cell can be {', '.join(TYPES)}."
        )
    return str(kind)


def _read_foreign_key(table: str, key: Any) -> ForeignKey:
    try:
        columns, reference = _names(table, "foreignKeys", key["fields"]), key["reference"]
        if extra := sorted(set(reference) - {"resource", "fields"}):
            raise SchemaError(
                f"schema of {table}: a foreign key has the property {extra[0]!r}, which is not supported."
            )
        to_table = reference.get("resource") or table
        to_columns = _names(table, "foreignKeys", reference["fields"])
    except (KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"schema of {table}: a foreign key needs `fields` and `reference.fields`.") from error
    if not isinstance(to_table, str):
        raise SchemaError(f"schema of {table}: the `resource` of a foreign key must be a name, not {to_table!r}.")
    if len(columns) != len(to_columns):
        raise SchemaError(
            f"schema of {table}: a foreign key has {len(columns)} columns on one side, {len(to_columns)} on the other."
        )
    return ForeignKey(tuple(columns), to_table, tuple(to_columns))


def _bound(where: str, columns: int) -> None:
    if columns > limits().columns:
        raise SchemaError(f"{where}: has {columns:,} columns ({beyond('columns')}).")


def _names(table: str, keyword: str, key: Any) -> list[str]:
    names = [key] if isinstance(key, str) else key
    if not isinstance(names, list) or not names or not all(isinstance(column, str) for column in names):
        raise SchemaError(f"schema of {table}: `{keyword}` must name columns, as a list of texts.")
    return names


def _to_field(column: Column) -> Json:
    spec = column.schema
    field: Json = {"name": column.name, "type": column.type, "title": spec["title"], "description": spec["description"]}
    if spec.get("format") == "uri":
        field["format"] = "uri"
    field["example"] = str(spec["examples"][0])
    constraints: Json = {"required": True} if column.required else {}
    if column.is_date:
        constraints["pattern"] = EDTF_PATTERN
    constraints |= {keyword: spec[keyword] for keyword in _SHARED_CONSTRAINTS if keyword in spec}
    if "x-enum" in spec:
        field["categories"] = [{"value": value, "label": label} for value, label in spec["x-enum"].items()]
    if constraints:
        field["constraints"] = constraints
    return field
