"""Rows → a Stata file (.dta, release 118), piece by piece, so that no table need be in memory. Knows no tables of ours.

The format is that of `help dta` in Stata 14 and later.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

LABEL, NAME, STR = 80, 32, 2045  # characters of a label and of a name; bytes of a text that is no long one
LONG, EXACT, DOUBLE = 2_147_483_620, 2**53, 8.9e307  # the largest of its integers, of exact numbers, of numbers
_EPOCH = 715_510  # ordinal of 1 January 1960
# By kind: code of its type, how it is shown, how NumPy holds it, the value that is missing.
_KINDS: dict[str, tuple[int, str, str, float]] = {
    "strL": (32768, "%9s", "<u8", 0),
    "double": (65526, "%10.0g", "<f8", 2.0**1023),
    "date": (65526, "%td", "<f8", 2.0**1023),
    "long": (65528, "%12.0g", "<i4", 2_147_483_621),
    "byte": (65530, "%8.0g", "i1", 101),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PARTS = 14  # of the file, whose places stand in its second


@dataclass(frozen=True)
class Variable:
    """A column: its name, its label, its kind (`str` with a width in bytes, or one of `_KINDS`), the labels of its values."""

    name: str
    label: str
    kind: str
    width: int = 1
    labels: Mapping[int, str] = field(default_factory=dict)

    @property
    def type(self) -> int:
        """The code of its type."""
        return self.width if self.kind == "str" else _KINDS[self.kind][0]

    @property
    def form(self) -> str:
        """How Stata shows it."""
        return f"%{self.width}s" if self.kind == "str" else _KINDS[self.kind][1]

    @property
    def cells(self) -> str:
        """How NumPy holds it."""
        return f"S{self.width}" if self.kind == "str" else _KINDS[self.kind][2]


def write_dta(
    path: Path, variables: Sequence[Variable], batches: Iterable[Sequence[Sequence[Any]]], label: str, time: dt.datetime
) -> None:
    """Writes the file. Cells are texts, whole numbers, numbers, truths, days or None, as the kinds of the variables ask."""
    begins: list[int] = []
    import numpy as np

    longs: dict[str, tuple[int, int]] = {}  # each long text, with the column and the row in which it first stands
    row = np.dtype([(f"v{place}", each.cells) for place, each in enumerate(variables)])
    long_ones = [place for place, each in enumerate(variables) if each.kind == "strL"]
    count = 0
    with path.open("wb") as file:
        begins.append(0)
        file.write(b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>")
        file.write(b"<K>" + struct.pack("<H", len(variables)) + b"</K><N>")
        counted = file.tell()
        said = label.encode()
        stamp = f"{time.day:02} {_MONTHS[time.month - 1]} {time.year:04} {time.hour:02}:{time.minute:02}".encode()
        file.write(bytes(8) + b"</N><label>" + struct.pack("<H", len(said)) + said + b"</label>")
        file.write(b"<timestamp>" + bytes([len(stamp)]) + stamp + b"</timestamp></header>")
        for name, content in (
            ("map", bytes(8 * _PARTS)),
            ("variable_types", b"".join(struct.pack("<H", each.type) for each in variables)),
            ("varnames", b"".join(_pad(each.name, 129) for each in variables)),
            ("sortlist", bytes(2 * (len(variables) + 1))),
            ("formats", b"".join(_pad(each.form, 57) for each in variables)),
            ("value_label_names", b"".join(_pad(each.name if each.labels else "", 129) for each in variables)),
            ("variable_labels", b"".join(_pad(each.label, 321) for each in variables)),
            ("characteristics", b""),
        ):
            begins.append(file.tell())
            file.write(f"<{name}>".encode() + content + f"</{name}>".encode())
        begins.append(file.tell())
        file.write(b"<data>")
        for batch in batches:
            made = np.zeros(len(batch), row)
            for place, (variable, cells) in enumerate(zip(variables, zip(*batch, strict=True), strict=True)):
                if variable.kind != "strL":
                    made[f"v{place}"] = _pack(variable, cells)
            for line, told in enumerate(batch if long_ones else ()):
                for place in long_ones:
                    if told[place]:
                        column, first = longs.setdefault(str(told[place]), (place + 1, count + line + 1))
                        made[f"v{place}"][line] = column + (first << 16)
            file.write(made.tobytes())
            count += len(batch)
        file.write(b"</data>")
        begins.append(file.tell())
        _write_long(file, longs)
        begins.append(file.tell())
        _write_labels(file, variables)
        begins.append(file.tell())
        file.write(b"</stata_dta>")
        begins.append(file.tell())
        file.seek(counted)
        file.write(struct.pack("<Q", count))
        file.seek(begins[1] + len("<map>"))
        file.write(struct.pack(f"<{len(begins)}Q", *begins))


def _pack(variable: Variable, cells: Sequence[Any]) -> list[Any]:
    """The cells of a column, as NumPy takes them."""
    if variable.kind == "str":
        return [b"" if cell is None else str(cell).encode() for cell in cells]
    missing = _KINDS[variable.kind][3]
    if variable.kind == "date":
        return [missing if cell is None else cell.toordinal() - _EPOCH for cell in cells]
    return [missing if cell is None else cell for cell in cells]


def _write_long(file: IO[bytes], longs: Mapping[str, tuple[int, int]]) -> None:
    file.write(b"<strls>")
    for text, (column, line) in longs.items():
        content = text.encode() + b"\0"
        file.write(b"GSO" + struct.pack("<IQBI", column, line, 130, len(content)) + content)
    file.write(b"</strls>")


def _write_labels(file: IO[bytes], variables: Iterable[Variable]) -> None:
    file.write(b"<value_labels>")
    for variable in variables:
        if variable.labels:
            texts = [text.encode() + b"\0" for text in variable.labels.values()]
            places = [sum(map(len, texts[:n])) for n in range(len(texts))]
            numbers = struct.pack(f"<{2 * len(texts)}i", *places, *variable.labels)
            table = struct.pack("<II", len(texts), sum(map(len, texts))) + numbers + b"".join(texts)
            file.write(
                b"<lbl>" + struct.pack("<I", len(table)) + _pad(variable.name, 129) + bytes(3) + table + b"</lbl>"
            )
    file.write(b"</value_labels>")


def _pad(text: str, size: int) -> bytes:
    return text.encode().ljust(size, b"\0")
