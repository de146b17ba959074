"""The JSON Schema (2020-12) of a sheet, made from the schemas of the tables: for editors, which complete and check by it.

It accepts every sheet that can be added, and refuses what no package can take: unknown keys, values that their column
does not allow, missing ones that nothing can stand in for. What depends on other rows only `provisions add` can judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.schema import EDTF_PATTERN, standard_tables
from provisions.sheets.shape import DEFAULTS, LISTED, LISTS, ROLE, TREATY, key_of, needed_columns

if TYPE_CHECKING:
    from provisions.model import Column, Json
    from provisions.sheets.shape import Part

# A key without a value is one that is not there; `""` is an empty cell.
_EMPTY = {"enum": ["", None]}
_COPIED = ("pattern", "format", "minimum", "maximum")


def sheet_schema() -> Json:
    """The schema of a sheet; what stands there is taken as text, so a value may be written as any YAML scalar."""
    columns = {key_of(name): _cell(standard_tables()["statements"].column(name)) for name in DEFAULTS}
    parts = {name: _list(part) for name, part in LISTS.items()}
    defaults = {
        "description": "What every statement of the sheet has that does not say otherwise.",
        "type": ["object", "null"],
        "properties": columns,
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:provisions:schema:sheet",
        "title": "Coding sheet",
        "description": "All that is coded of one treaty; `provisions add` merges it into the tables of a package.",
        "type": "object",
        "required": ["treaty"],
        "properties": {"treaty": _mapping(TREATY), "defaults": defaults} | parts,
        "additionalProperties": False,
        "$defs": {"statement": _mapping(TREATY.parts["evidence"])},
    }


def _mapping(part: Part) -> Json:
    table = standard_tables()[part.table]
    needed = needed_columns(table, part)
    keys = {key_of(column.name): _cell(column, needed=column.name in needed) for column in table.columns}
    if part.table in LISTED:
        key = key_of(LISTED[part.table])
        one = {"anyOf": [_value(table.column(LISTED[part.table])), {"const": ""}]}
        keys[key]["anyOf"] = [*keys[key]["anyOf"], {"type": "array", "items": one}]
    return {
        "description": table.schema["description"],
        "type": "object",
        "required": [key_of(name) for name in needed],
        "properties": keys | {name: _roles() if each is ROLE else _list(each) for name, each in part.parts.items()},
        "additionalProperties": False,
    }


def _list(part: Part) -> Json:
    return {
        "description": standard_tables()[part.table].schema["description"],
        "type": ["array", "null"],
        "items": {"$ref": "#/$defs/statement"} if part.table == "statements" else _mapping(part),
    }


def _roles() -> Json:
    """Roles are written as role → parties, each an id or a mapping with the statements that it has that role."""
    table = standard_tables()["roles"]
    party = _cell(table.column("party_id"), needed=True)
    mapping = {
        "type": "object",
        "required": ["party"],
        "properties": {"party": party} | {name: _list(part) for name, part in ROLE.parts.items()},
        "additionalProperties": False,
    }
    one = {"anyOf": [*party["anyOf"], mapping]}
    value = {"anyOf": [*one["anyOf"], {"type": "array", "items": one}, {"type": "null"}]}
    meanings = table.column("role").schema["x-enum"]
    return {
        "description": table.schema["description"],
        "type": ["object", "null"],
        "properties": {role: {"description": meaning} | value for role, meaning in meanings.items()},
        "additionalProperties": False,
    }


def _cell(column: Column, *, needed: bool = False) -> Json:
    spec = column.schema
    if "enum" in spec:
        meanings = spec.get("x-enum", {})
        values = [{"const": value, "description": meanings.get(value, "")} for value in spec["enum"]]
    else:
        values = [_value(column)]
    return {
        "title": spec["title"],
        "description": spec["description"],
        "examples": spec["examples"],
        "anyOf": values if needed else [*values, _EMPTY],
    }


def _value(column: Column) -> Json:
    limits = {keyword: column.schema[keyword] for keyword in _COPIED if keyword in column.schema}
    if column.is_date:
        limits = {"pattern": EDTF_PATTERN}
    types = ["integer", "string"] if column.type == "integer" else ["string", "number", "boolean"]
    return {"type": types, "minLength": 1, **limits}
