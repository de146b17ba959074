"""Cells that are moments: `date`, `time`, `datetime` and `yearmonth` of Table Schema.

Canonical text sorts as the moments do: `2024-02-29`, `09:30:00`, `2024-02-29T09:30:00.5`; what has a time zone is
written in UTC, with `+00:00`. The forms of the defaults are regular expressions that engines read as Python does.
"""

# ruff: noqa: ARG001 – one signature for all types; ValueError for every cell that cannot be read
from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from provisions.celltypes.base import CellType, text_option
from provisions.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable

TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
ZONE = "(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
DATETIME = rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})T(?:({TIME})(\.[0-9]+)?|24:00:00(?:\.0+)?)({ZONE})?"
YEARMONTH = f"([0-9]{{4}}-(?:0[1-9]|1[0-2])){ZONE}?"
# Forms with another canonical text: of the same moment in another zone, with zeros at the end, at the end of a day.
_ODD = {
    "datetime": r"\A.*(Z|[+-][0-9]{2}:[0-9]{2}|\.[0-9]*0|T24:00:00.*)\z",
    "yearmonth": r"\A[0-9]{4}-[0-9]{2}.+\z",
}
# What `any` reads: forms with one meaning. 01/02/2024 has two, and is not read; 13/02/2024 has one.
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y")
_NAMED_DAYS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y", "%d-%b-%Y")
_HOURS = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I %p")
_ZONES = ("", "%z", " %z", " %Z")


def date(field: dict[str, Any], where: str) -> CellType:
    """Days: `YYYY-MM-DD`, a strptime pattern, or any form with one meaning."""
    return _temporal(
        field, where, "date", "YYYY-MM-DD", _read_date, (*_DAYS, *_NAMED_DAYS), lambda m: m.date().isoformat()
    )


def time(field: dict[str, Any], where: str) -> CellType:
    """Times of day: `HH:MM:SS`, a strptime pattern, or any usual form."""
    forms = [hour + zone for hour in _HOURS for zone in _ZONES]
    return _temporal(field, where, "time", "HH:MM:SS", _read_time, forms, lambda m: _write(m)[11:])


def datetime(field: dict[str, Any], where: str) -> CellType:
    """Moments: `YYYY-MM-DDTHH:MM:SS` with optional fraction and zone, a strptime pattern, or any form with one meaning."""
    days = (*_DAYS, *_NAMED_DAYS)
    forms = [
        day + link + hour + zone for day in days for link in ("T", " ", ", ") for hour in _HOURS for zone in _ZONES
    ]
    forms += [*days, "%a, %d %b %Y %H:%M:%S %z", "%a %b %d %H:%M:%S %Y"]
    return _temporal(field, where, "datetime", "YYYY-MM-DDTHH:MM:SS", _read_datetime, forms, _write)


def yearmonth(field: dict[str, Any], where: str) -> CellType:
    """Months as XML Schema’s `gYearMonth`, of the years 0000 to 9999."""

    def read(text: str) -> str:
        match = re.fullmatch(YEARMONTH, text)
        if match is None:
            raise ValueError(text)
        return match[1]

    words = "a month: write YYYY-MM"
    return CellType(words, read, format="table-yearmonth", plain=True, odd_compared=_ODD["yearmonth"])


def _temporal(
    field: dict[str, Any],
    where: str,
    kind: str,
    form: str,
    read_default: Callable[[str], str],
    any_forms: Any,
    write: Callable[[dt.datetime], str],
) -> CellType:
    name = text_option(field, "format", "default", where).removeprefix("fmt:")
    if name == "default":
        known = kind if kind == "date" else f"table-{kind}"
        return CellType(
            f"a {kind}: write {form}", read_default, format=known, plain=True, odd_compared=_ODD.get(kind, "")
        )
    if name == "any":
        return CellType(f"a {kind} that can be read in one way only", lambda text: _read_any(text, any_forms, write))
    _refuse_bad_pattern(name, kind, form, where)
    return CellType(f"a {kind} of the form {name}", lambda text: write(_parse(text, name)))


def _refuse_bad_pattern(pattern: str, kind: str, form: str, where: str) -> None:
    if "%" not in pattern:
        raise SchemaError(
            f"{where}: the format {pattern!r} of a {kind} is not `default` ({form}), `any` or a strptime pattern like %d.%m.%Y."
        )
    try:
        _parse("", pattern)
    except (ValueError, re.error) as error:
        if "does not match" not in str(error):
            raise SchemaError(f"{where}: the format {pattern!r} is not a strptime pattern: {error}.") from error


def _parse(text: str, pattern: str) -> dt.datetime:
    return dt.datetime.strptime(text, pattern)  # noqa: DTZ007 – a cell without a zone has none


def _read_date(text: str) -> str:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return dt.date.fromisoformat(text).isoformat()


def _read_time(text: str) -> str:
    if not re.fullmatch(TIME, text):
        raise ValueError(text)
    return text


def _read_datetime(text: str) -> str:
    match = re.fullmatch(DATETIME, text)
    if match is None:
        raise ValueError(text)
    day, hour, fraction, zone = match.groups(default="")
    moment = dt.datetime.fromisoformat(f"{day}T{hour or '00:00:00'}{zone.replace('Z', '+00:00')}")
    try:
        return _write(moment + dt.timedelta(days=not hour), fraction[1:])
    except OverflowError as error:
        raise ValueError(text) from error


def _read_any(text: str, forms: Any, write: Callable[[dt.datetime], str]) -> str:
    found = set()
    for form in forms:
        try:
            found.add(write(_parse(text.strip(), form)))
        except (ValueError, OverflowError):
            continue
    if len(found) != 1:
        raise ValueError(text)
    return found.pop()


def _write(moment: dt.datetime, fraction: str | None = None) -> str:
    """The canonical text; `fraction` are the digits of a second, where there are more than six."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC)
    digits = (f"{moment.microsecond:06}" if fraction is None else fraction).rstrip("0")
    text = f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0")
    return text + ("." + digits if digits else "") + ("+00:00" if moment.tzinfo else "")
