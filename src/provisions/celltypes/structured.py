"""Cells that hold several values: `object`, `array` and `list` of Table Schema. Canonical text is JSON, keys sorted."""

# ruff: noqa: ARG001, TRY004 – one signature for all types; ValueError for every cell that cannot be read
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from provisions.celltypes.base import CellType, json_text, text_option
from provisions.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable

ITEM_TYPES = ("string", "integer", "boolean", "number", "datetime", "date", "time")


def read_json(text: str) -> Any:
    """The JSON value that a text is (RFC 8259: no NaN, no Infinity). Raises `ValueError`."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError(text) from error


def json_object(field: dict[str, Any], where: str) -> CellType:
    """A JSON object."""
    return _of_json(dict, "a JSON object")


def json_array(field: dict[str, Any], where: str) -> CellType:
    """A JSON array."""
    return _of_json(list, "a JSON array")


def list_of(field: dict[str, Any], where: str, item: CellType) -> CellType:
    """Values of one type with a delimiter between them."""
    delimiter = text_option(field, "delimiter", ",", where)
    if not delimiter:
        raise SchemaError(f"{where}: `delimiter` is empty.")

    def read(text: str) -> list[str | None]:
        return [item.write(item.read(part)) for part in text.split(delimiter)]

    def take(value: Any) -> list[str | None]:
        if not isinstance(value, list):
            raise ValueError(value)
        return [item.write(item.read(part) if isinstance(part, str) else item.take(part)) for part in value]

    expected = f"a list with “{delimiter}” between its items" + (
        "" if item.expected == "a text" else f", each {item.expected}"
    )
    return CellType(expected, read, take, json_text)


def _of_json(kind: type, expected: str) -> CellType:
    def take(value: Any) -> Any:
        if not isinstance(value, kind):
            raise ValueError(value)
        return value

    read: Callable[[str], Any] = lambda text: take(read_json(text))  # noqa: E731
    return CellType(expected, read, take, json_text)


def _refuse(name: str) -> None:
    raise ValueError(name)
