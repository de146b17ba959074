"""Reads CSV (RFC 4180) exactly, with the physical line and column of every cell. Knows nothing of tables or engines.

What the standard leaves open is a fault rather than a guess: a quote inside an unquoted cell, text after a closing
quote, a bare carriage return, a NUL. A fault never hides the records after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# One cell and what ends it: a quoted cell or a plain one, then a comma, a line end or the end of the text.
_CELL = re.compile(r'(?:"((?:[^"]++|"")*+)"|([^",\r\n]*))(,|\r\n|\n|\Z)')
_LINE_END = re.compile(r"\r\n|\n|\Z")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Fault:
    """What is wrong in the text itself, at a physical line and a character in it, both from 1."""

    rule: str
    line: int
    column: int
    message: str
    hint: str


MARKED = Fault("file/byte-order-mark", 1, 1, "The file begins with a byte order mark.", "Save it as UTF-8 without BOM.")


@dataclass(frozen=True)
class Record:
    """A record: its cells, and where each begins as (line, column), both from 1."""

    cells: list[str]
    starts: list[tuple[int, int]]

    @property
    def line(self) -> int:
        """The physical line on which the record begins."""
        return self.starts[0][0]


def decode(data: bytes, encoding: str = "utf-8") -> tuple[str, list[Fault]]:
    """The text of a file: a byte order mark and NULs told. A byte that is not of the encoding becomes U+FFFD and a fault."""
    faults = []
    if encoding == "utf-8" and data.startswith(BYTE_ORDER_MARK):
        data = data[len(BYTE_ORDER_MARK) :]
        faults.append(MARKED)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        faults += find_undecodable(data, encoding)
    return text, [*faults, *find_nuls(text)]


def find_undecodable(data: bytes, encoding: str = "utf-8", line: int = 1) -> Iterator[Fault]:
    """For each line that is not of the encoding, its first byte that is not; the data begin with physical line `line`."""
    name = encoding.upper()
    hint = "Save the file as UTF-8." if encoding == "utf-8" else "Save it so, or correct `encoding` in the descriptor."
    by_line = "\n".encode(encoding) == b"\n"  # else lines cannot be told apart by their bytes
    for number, row in enumerate(data.split(b"\n") if by_line else [data], start=line):
        try:
            row.decode(encoding)
        except UnicodeDecodeError as error:
            before = row[: error.start].decode(encoding, errors="replace")
            place = number + before.count("\n"), len(before) - before.rfind("\n")
            here = f"The byte 0x{row[error.start]:02x} is" if by_line else "The bytes from here are"
            yield Fault("file/encoding", *place, f"{here} not {name}.", hint)


def find_nuls(text: str, line: int = 1) -> Iterator[Fault]:
    """For each line that holds NULs, the first of them; the text begins with physical line `line`."""
    for number, row in enumerate(text.split("\n"), start=line) if "\0" in text else ():
        if "\0" in row:
            yield Fault("file/nul", number, row.index("\0") + 1, "The line holds a NUL character.", "Delete it.")


def read(text: str, line: int = 1) -> Iterator[Record | Fault]:
    """Records and faults in the order of the text, whose first line is physical line `line`.

    Blank lines are faults; a record with a fault is left out.
    """
    position, line_start = 0, 0
    cells: list[str] = []
    starts: list[tuple[int, int]] = []
    while position < len(text) or starts:
        start = (line, position - line_start + 1)
        match = _CELL.match(text, position)
        if match is None:
            yield _explain(text, position, start)
            end = _LINE_END.search(text, position)
            position = end.end() if end else len(text)
            line, line_start, cells, starts = line + 1, position, [], []
            continue
        quoted, plain, ending = match.groups()
        starts.append(start)
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        if quoted is not None and "\n" in quoted:
            line += quoted.count("\n")
            line_start = text.rindex("\n", position, match.end(1)) + 1
        position = match.end()
        if ending != ",":
            if cells == [""] and quoted is None:
                yield Fault("file/blank-line", start[0], 1, "The line is blank.", "Delete it.")
            else:
                yield Record(cells, starts)
            line, line_start, cells, starts = line + 1, position, [], []


def unclosed(line: int, column: int, where: int) -> Fault:
    """The fault of a quoted cell that begins here and is never closed (0), or on line `where`, with text after it."""
    twice = "a quote inside a quoted cell is written twice."
    if not where:
        hint = f"Close it with a quote; {twice}"
        return Fault("file/quote", line, column, "The quoted cell that opens here is never closed.", hint)
    hint = f"Look for the missing quote between here and line {where}; {twice}"
    message = f"The quoted cell that opens here closes on line {where} and is followed by text there."
    return Fault("file/quote", line, column, message, hint)


def _explain(text: str, position: int, start: tuple[int, int]) -> Fault:
    line, column = start
    if text[position] == '"':
        closing = re.compile(r'"(?:[^"]++|"")*+"').match(text, position)
        if closing is None:
            return unclosed(line, column, 0)
        inside = closing.group()
        if "\n" in inside:
            return unclosed(line, column, line + inside.count("\n"))
        hint = "A quote inside a quoted cell is written twice."
        return Fault("file/quote", line, column + len(inside), "Text follows the closing quote of a cell.", hint)
    bad = re.compile(r'[\r"]').search(text, position)
    if bad and bad.group() == '"':
        hint = "Put the whole cell in quotes and write the quote inside it twice."
        return Fault(
            "file/quote", line, column + bad.start() - position, "A quote stands inside an unquoted cell.", hint
        )
    at = bad.start() - position if bad else 0
    hint = "End lines with LF (or CR LF); quote a cell that holds a line break."
    return Fault("file/newline", line, column + at, "A carriage return stands alone.", hint)
