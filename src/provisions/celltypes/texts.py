"""Cells that are text: `string` with its formats, `any` and `boolean` of Table Schema."""

# ruff: noqa: ARG001 – one signature for all types; ValueError for every cell that cannot be read
from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from provisions.celltypes.base import CellType, json_text, refuse_json
from provisions.errors import SchemaError

_DEFAULT_TRUE = ("true", "True", "TRUE", "1")
_DEFAULT_FALSE = ("false", "False", "FALSE", "0")
# The form that HTML asks of an e-mail address, with a dot in the domain and no dots side by side before the @.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+"
_FORMS = {
    "email": (EMAIL, "an e-mail address", "table-email"),
    "uuid": (r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", "a UUID", "uuid"),
}


def string(field: dict[str, Any], where: str) -> CellType:
    """Text: any, or an e-mail address, a URI, base64 or a UUID."""
    name = field.get("format", "default")
    if name == "default":
        return CellType("a text", str, plain=True)
    if name == "binary":
        return CellType("base64", _read_base64)
    if name == "uri":
        return CellType("a URI", str, format="uri", plain=True)
    if name not in _FORMS:
        raise SchemaError(f"{where}: the format {name!r} is not supported for a string.")
    form, expected, known = _FORMS[name]

    def read(text: str) -> str:
        if re.fullmatch(form, text) is None:
            raise ValueError(text)
        return text

    return CellType(expected, read, format=known, plain=True)


def anything(field: dict[str, Any], where: str) -> CellType:
    """Cells that are not interpreted; a JSON value stays its JSON text."""
    return CellType("a value", str, json_text, plain=True)


def boolean(field: dict[str, Any], where: str) -> CellType:
    """True and false, as `trueValues` and `falseValues` write them."""
    true, false = (_values(field, name, where) for name in ("trueValues", "falseValues"))
    true, false = true or _DEFAULT_TRUE, false or _DEFAULT_FALSE
    if both := set(true) & set(false):
        raise SchemaError(f"{where}: {min(both)!r} stands in `trueValues` and in `falseValues`.")
    meaning = dict.fromkeys(true, True) | dict.fromkeys(false, False)

    def read(text: str) -> bool:
        if text not in meaning:
            raise ValueError(text)
        return meaning[text]

    def take(value: Any) -> bool:
        return value if isinstance(value, bool) else bool(refuse_json(value))

    plain = (true, false) == (_DEFAULT_TRUE, _DEFAULT_FALSE)
    words = "true or false" if plain else f"one of {', '.join(meaning)}"
    compared = r"\A(True|TRUE|1|False|FALSE|0)\z" if plain else ""
    return CellType(words, read, take, json_text, "boolean", plain=plain, odd_compared=compared)


def _values(field: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    values = field.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise SchemaError(f"{where}: `{name}` must be a list of texts, not {json_text(values)}.")
    return tuple(values)


def _read_base64(text: str) -> str:
    try:
        base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(text) from error
    return text
