"""The types of cells that Table Schema (v1 and v2) knows. A cell is read by its type; what cannot be read is no value of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.celltypes import durations, geo, numeric, structured, temporal, texts
from provisions.celltypes.base import CellType, json_text, shorten
from provisions.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BOUNDS", "TYPES", "CellType", "cell_type", "json_text", "shorten"]


def _list(field: dict[str, Any], where: str) -> CellType:
    item = field.get("itemType", "string")
    if item not in structured.ITEM_TYPES:
        raise SchemaError(
            f"{where}: `itemType` must be one of {', '.join(structured.ITEM_TYPES)}, not {json_text(item)}."
        )
    return structured.list_of(field, where, cell_type({"type": item}, where))


BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_LENGTHS = ("minLength", "maxLength")
_NUMBER = ("decimalChar", "groupChar", "bareNumber")
# Type → what reads it, its properties beside those of every field, and its constraints beside required, unique and enum.
TYPES: dict[str, tuple[Callable[[dict[str, Any], str], CellType], tuple[str, ...], tuple[str, ...]]] = {
    "string": (texts.string, (), (*_LENGTHS, "pattern")),
    "number": (numeric.number, _NUMBER, BOUNDS),
    "integer": (numeric.integer, _NUMBER[1:], BOUNDS),
    "boolean": (texts.boolean, ("trueValues", "falseValues"), ()),
    "object": (structured.json_object, (), (*_LENGTHS, "jsonSchema")),
    "array": (structured.json_array, (), (*_LENGTHS, "jsonSchema")),
    "list": (_list, ("delimiter", "itemType"), _LENGTHS),
    "date": (temporal.date, (), BOUNDS),
    "time": (temporal.time, (), BOUNDS),
    "datetime": (temporal.datetime, (), BOUNDS),
    "year": (numeric.year, (), BOUNDS),
    "yearmonth": (temporal.yearmonth, (), BOUNDS),
    "duration": (durations.duration, (), BOUNDS),
    "geopoint": (geo.geopoint, (), ()),
    "geojson": (geo.geojson, (), _LENGTHS),
    "any": (texts.anything, (), ()),
}
_WITH_FORMATS = ("string", "date", "time", "datetime", "geopoint", "geojson")


def cell_type(field: dict[str, Any], where: str) -> CellType:
    """How the cells of a field are read. Raises `SchemaError` for a type, format or property that is not supported."""
    name = field.get("type", "string")
    if not isinstance(name, str) or name not in TYPES:
        raise SchemaError(f"{where}: the type {name!r} is not supported; there are {', '.join(TYPES)}.")
    if not isinstance(field.get("format", ""), str):
        raise SchemaError(f"{where}: `format` must be a text, not {json_text(field['format'])}.")
    if name not in _WITH_FORMATS and field.get("format", "default") != "default":
        raise SchemaError(f"{where}: the format {field['format']!r} is not supported; a field of type {name} has none.")
    return TYPES[name][0](field, where)
