"""Cells that are numbers: `integer`, `number` and `year` of Table Schema. Canonical text: `-12`, `1.5`, `1.5e300`, `0044`.

INF is written 1e999, which every engine reads as infinite. NaN has no JSON value: such a cell is read, and holds nothing.
"""

# ruff: noqa: ARG001, TRY004 – one signature for all types; ValueError for every cell that cannot be read
from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from provisions.celltypes.base import CellType, json_text, text_option
from provisions.celltypes.temporal import ZONE
from provisions.errors import SchemaError

_INFINITE = "1e999"
_MAX_EXPONENT = 900
_MAX_DIGITS = 4000
YEAR = "-?(?:[1-9][0-9]{3,}|0[0-9]{3})"


def integer(field: dict[str, Any], where: str) -> CellType:
    """Whole numbers, with `groupChar` and `bareNumber`."""
    group, bare = _options(field, where)
    form = re.compile(_wrap(_digits(group), bare))

    def read(text: str) -> int:
        match = form.fullmatch(text)
        if match is None or len(text) > _MAX_DIGITS:
            raise ValueError(text)
        return int(match[1].replace(group, "")) if group else int(match[1])

    plain = bare and not group
    odd = r"\A(\+[0-9]+|-?0[0-9]+|-0)\z" if plain else ""
    expected = "a whole number" + _described(group=group, bare=bare)
    return CellType(expected, read, _take_integer, str, "integer", plain=plain, odd=odd)


def number(field: dict[str, Any], where: str) -> CellType:
    """Decimal numbers, NaN, INF and -INF, with `decimalChar`, `groupChar` and `bareNumber`."""
    group, bare = _options(field, where)
    point = text_option(field, "decimalChar", ".", where)
    if not point or point == group or re.search("[0-9+-]", point):
        raise SchemaError(f"{where}: the `decimalChar` {point!r} cannot be told from digits, signs or `groupChar`.")
    dot, whole = re.escape(point), _digits(group)
    form = re.compile(_wrap(rf"(?:{whole}(?:{dot}[0-9]*)?|[+-]?{dot}[0-9]+)(?:[eE][+-]?[0-9]+)?", bare))

    def read(text: str) -> Decimal:
        if text.upper() in ("NAN", "INF", "-INF"):
            return Decimal(text)
        match = form.fullmatch(text)
        if match is None:
            raise ValueError(text)
        digits = match[1].replace(group, "") if group else match[1]
        return Decimal(digits.replace(point, "."))

    plain = bare and not group and point == "."
    odd = r"\A([+-]?(\.[0-9]+|[0-9]+\.)([eE].*)?|.*[eE][+-]?[0-9]{4,}|[Nn][Aa][Nn]|-?[Ii][Nn][Ff])\z" if plain else ""
    compared = r"\A(\+.*|-?0[0-9].*|.*[eE].*|.*\.[0-9]*0|-0(\.0*)?)\z" if plain else ""
    expected = "a number" + _described(point=point if point != "." else "", group=group, bare=bare)
    return CellType(expected, read, _take_number, _write_number, "number", plain=plain, odd=odd, odd_compared=compared)


def year(field: dict[str, Any], where: str) -> CellType:
    """Calendar years as XML Schema’s `gYear`: four digits or more, with a minus before the common era."""

    def read(text: str) -> int:
        match = re.fullmatch(f"({YEAR}){ZONE}?", text)
        if match is None or len(text) > _MAX_DIGITS:
            raise ValueError(text)
        return int(match[1])

    def take(value: Any) -> int:
        return read(_write_year(_take_integer(value)))

    return CellType(
        "a year of four digits",
        read,
        take,
        _write_year,
        "integer",
        format="table-year",
        plain=True,
        odd=rf"\A{YEAR}{ZONE}\z",
        odd_compared=r"\A-0000\z",
    )


def _options(field: dict[str, Any], where: str) -> tuple[str, bool]:
    group, bare = text_option(field, "groupChar", "", where), field.get("bareNumber", True)
    if not isinstance(bare, bool):
        raise SchemaError(f"{where}: `bareNumber` must be true or false, not {json_text(bare)}.")
    if re.search("[0-9+-]", group):
        raise SchemaError(f"{where}: the `groupChar` {group!r} cannot be told from digits and signs.")
    return group, bare


def _digits(group: str) -> str:
    return rf"[+-]?[0-9]+(?:{re.escape(group)}[0-9]+)*" if group else "[+-]?[0-9]+"


def _wrap(form: str, bare: bool) -> str:
    """The form as group 1; where the number is not bare, with anything but digits and signs around it."""
    return f"({form})" if bare else rf"[^0-9+-]*?({form})[^0-9]*"


def _described(*, point: str = "", group: str = "", bare: bool) -> str:
    parts = [f"decimalChar “{point}”"] * bool(point) + [f"groupChar “{group}”"] * bool(group)
    return (" with " + " and ".join(parts) if parts else "") + ("" if bare else ", whatever stands around it")


def _take_integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
        raise ValueError(value)
    return int(value)


def _take_number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(value)
    return Decimal(repr(value))


def _write_year(value: int) -> str:
    """At least four digits, so that the canonical text is a year as well."""
    return f"{'-' if value < 0 else ''}{abs(value):04}"


def _write_number(value: Decimal) -> str | None:
    if value.is_nan():
        return None
    if value.is_infinite() or value.adjusted() > _MAX_EXPONENT:
        return f"-{_INFINITE}" if value < 0 else _INFINITE
    if not value or value.adjusted() < -_MAX_EXPONENT:
        return "0"
    sign, digits, exponent = value.as_tuple()
    text, power = "".join(map(str, digits)).rstrip("0"), int(exponent)
    power += len(digits) - len(text)
    if abs(power) > 30:
        plain = f"{text}e{power}"
    elif power >= 0:
        plain = text + "0" * power
    else:
        text = text.rjust(1 - power, "0")
        plain = f"{text[:power]}.{text[power:]}"
    return f"-{plain}" if sign else plain
