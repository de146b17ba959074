"""Cells that are lengths of time: `duration` of Table Schema, which is XML Schema’s.

A duration is a number of months and a number of seconds, and durations are ordered only in part: P30D is neither less
than P1M nor more. A bound that cannot be compared is not kept (XML Schema 1.1, part 2, section 3.3.6).
"""

# ruff: noqa: ARG001 – one signature for all types; ValueError for every cell that cannot be read
from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from provisions.celltypes.base import CellType

Duration = tuple[int, Decimal]
_FORM = re.compile(
    r"(-)?P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)
# The months from which XML Schema adds durations to compare them.
_FROM = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))


def duration(field: dict[str, Any], where: str) -> CellType:
    """Durations such as `P1Y2M3DT4H5M6.7S`."""
    return CellType("a duration, such as P1Y2M3DT4H5M6S", read_duration, write=write_duration)


def read_duration(text: str) -> Duration:
    """Months and seconds, both negative or none. Raises `ValueError`."""
    match = _FORM.fullmatch(text)
    if match is None or len(text) > 100:
        raise ValueError(text)
    minus, years, months, days, hours, minutes, seconds = match.groups(default="0")
    sign = -1 if minus == "-" else 1
    total = Decimal(seconds) + 60 * int(minutes) + 3600 * int(hours) + 86400 * int(days)
    return sign * (12 * int(years) + int(months)), sign * total


def write_duration(value: Duration) -> str:
    """The same text for the same duration: P12M is P1Y, PT60S is PT1M."""
    months, seconds = value
    sign, years, month = "-" * (months < 0 or seconds < 0), *divmod(abs(months), 12)
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(int(minutes), 60)
    days, hour = divmod(hours, 24)
    date = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (month, "M"), (days, "D")) if n)
    clock = "".join(f"{n}{unit}" for n, unit in ((hour, "H"), (minute, "M")) if n)
    clock += f"{second.normalize():f}S" if second else ""
    return f"{sign}P{date}" + (f"T{clock}" if clock else "") if date or clock else "PT0S"


def compare(left: Duration, right: Duration) -> int | None:
    """-1, 0 or 1; None where the order is not determined."""
    signs = set()
    for start in _FROM:
        a, b = (_days(start, months) * 86400 + seconds for months, seconds in (left, right))
        signs.add((a > b) - (a < b))
    return signs.pop() if len(signs) == 1 else None


def _days(start: tuple[int, int], months: int) -> int:
    """The days from a fixed one to the first of the month so many months after `start` (Gregorian calendar)."""
    year, month = divmod(start[0] * 12 + start[1] - 1 + months - 2, 12)  # years begin in March
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5
