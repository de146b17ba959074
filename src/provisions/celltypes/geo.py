"""Cells that are places: `geopoint` and `geojson` (GeoJSON, RFC 7946, or TopoJSON) of Table Schema."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from provisions.celltypes.base import CellType, json_text
from provisions.celltypes.structured import read_json
from provisions.errors import SchemaError

Point = tuple[Decimal, Decimal]
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_POINT = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})\s*")
# How deep the positions of a geometry lie in its coordinates, and how many a line of them must have.
_GEOMETRIES = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_SHORTEST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}


def geopoint(field: dict[str, Any], where: str) -> CellType:
    """Longitude and latitude: `lon, lat`, a JSON array or a JSON object."""
    form = field.get("format", "default")
    if form == "default":
        return CellType("a point: write longitude, latitude", _read_point, _take_array, _write_point)
    if form == "array":
        return CellType("a point [longitude, latitude]", lambda t: _take_array(read_json(t)), _take_array, _write_point)
    if form == "object":
        words = 'a point {"lon": …, "lat": …}'
        return CellType(words, lambda text: _take_object(read_json(text)), _take_object, _write_point)
    raise SchemaError(f"{where}: the format {form!r} is not supported for a geopoint.")


def geojson(field: dict[str, Any], where: str) -> CellType:
    """A JSON object as GeoJSON or TopoJSON has it."""
    form = field.get("format", "default")
    if form not in ("default", "topojson"):
        raise SchemaError(f"{where}: the format {form!r} is not supported for geojson.")
    right, words = (_is_geojson, "GeoJSON") if form == "default" else (_is_topojson, "TopoJSON")

    def take(value: Any) -> Any:
        if not isinstance(value, dict) or not right(value):
            raise ValueError(value)
        return value

    return CellType(words, lambda text: take(read_json(text)), take, json_text)


def _read_point(text: str) -> Point:
    match = _POINT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return _on_earth(Decimal(match[1]), Decimal(match[2]))


def _take_array(value: Any) -> Point:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)):
        raise ValueError(value)
    return _on_earth(*(Decimal(repr(part)) for part in value))


def _take_object(value: Any) -> Point:
    if not isinstance(value, dict) or set(value) != {"lon", "lat"}:
        raise ValueError(value)
    return _take_array([value["lon"], value["lat"]])


def _on_earth(longitude: Decimal, latitude: Decimal) -> Point:
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise ValueError(longitude, latitude)
    return longitude, latitude


def _write_point(point: Point) -> str:
    return ",".join(f"{part.normalize() + 0:f}" for part in point)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_geojson(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    kind = value.get("type")
    if kind == "FeatureCollection":
        return isinstance(value.get("features"), list) and all(map(_is_feature, value["features"]))
    return _is_feature(value) if kind == "Feature" else _is_geometry(value)


def _is_feature(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("type") == "Feature"
        and {"geometry", "properties"} <= set(value)
        and (value["properties"] is None or isinstance(value["properties"], dict))
        and (value["geometry"] is None or _is_geometry(value["geometry"]))
    )


def _is_geometry(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    kind = value.get("type")
    if kind == "GeometryCollection":
        return isinstance(value.get("geometries"), list) and all(map(_is_geometry, value["geometries"]))
    return kind in _GEOMETRIES and _is_nested(value.get("coordinates"), _GEOMETRIES[kind], _SHORTEST.get(kind, 0))


def _is_nested(value: Any, depth: int, shortest: int) -> bool:
    if not isinstance(value, list):
        return False
    if depth == 0:
        return len(value) >= 2 and all(map(_is_number, value))
    return (depth > 1 or len(value) >= shortest) and all(_is_nested(part, depth - 1, shortest) for part in value)


def _is_topojson(value: Any) -> bool:
    """A topology, or one geometry: points have coordinates, lines and polygons the numbers of their arcs."""
    kind = value.get("type") if isinstance(value, dict) else ""
    if kind == "Topology":
        return isinstance(value.get("objects"), dict) and isinstance(value.get("arcs"), list)
    if kind == "GeometryCollection":
        return isinstance(value.get("geometries"), list) and all(map(_is_topojson, value["geometries"]))
    if kind in ("Point", "MultiPoint"):
        return _is_geometry(value)
    return kind in _GEOMETRIES and isinstance(value.get("arcs"), list)
