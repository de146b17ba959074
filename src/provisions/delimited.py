"""Reads delimited text in other syntaxes than RFC 4180 exactly: other delimiters, quotes, escapes, line ends, comments.

As in `csvfile`, what the syntax leaves open is a fault, and a fault never hides the records after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from provisions.csvfile import Fault, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

_USUAL_LINE_END = r"\r\n|\n"


@dataclass(frozen=True)
class Syntax:
    """How cells are written; what is empty is not used. Rows whose number stands in `skipped` are skipped unread.

    Rows are counted from 1 as they stand in the file: records, blank lines and comments alike.
    """

    delimiter: str = ","
    quote: str = '"'
    doubled: bool = True
    escape: str = ""
    terminator: str = ""
    skip_space: bool = False
    comment: str = ""
    skipped: frozenset[int] = frozenset()

    @property
    def line_end(self) -> str:
        """What ends a row, as a regular expression: LF or CR LF, where nothing else is said."""
        return _USUAL_LINE_END if self.terminator in ("", "\n", "\r\n") else re.escape(self.terminator)

    @property
    def feed(self) -> str:
        """The character that physical lines of the file end with."""
        return "\r" if self.terminator == "\r" else "\n"

    @cached_property
    def cell(self) -> re.Pattern[str]:
        """One cell and what ends it: quoted (1) or plain (2), then (3) a delimiter, a row’s end or the end of the text."""
        quote, escape, delimiter = map(re.escape, (self.quote, self.escape, self.delimiter))
        escaped = [rf"{escape}[\s\S]"] if escape else []
        doubled = [quote * 2] if self.doubled else []
        inside = "|".join([*escaped, *doubled, rf"[^{quote}{escape}]"])
        quoted = rf"{quote}((?:{inside})*+){quote}" if quote else "((?!))"
        strays = [r"\r"] if self.line_end == _USUAL_LINE_END else []
        stop = "|".join([*([quote] if quote else []), delimiter, self.line_end, *strays])
        plain = "|".join([*escaped, rf"(?!{stop})" + (f"[^{escape}]" if escape else r"[\s\S]")])
        return re.compile(rf"(?:{quoted}|((?:{plain})*+))({delimiter}|{self.line_end}|\Z)")

    @cached_property
    def pairs(self) -> re.Pattern[str]:
        """What stands for one character inside a cell: an escaped character (1), or a doubled quote."""
        quote = re.escape(self.quote * 2) if self.doubled and self.quote else "(?!)"
        return re.compile((rf"{re.escape(self.escape)}([\s\S])" if self.escape else "((?!))") + f"|{quote}")

    def unwrap(self, quoted: str | None, plain: str | None) -> str:
        """The cell that a match of `cell` holds; an escaped n is a line feed only to those who say so, and stays n here."""
        if quoted is None:
            return re.sub(rf"{re.escape(self.escape)}([\s\S])", r"\1", plain or "") if self.escape else plain or ""
        return self.pairs.sub(lambda match: match[1] or self.quote, quoted)


def read_delimited(text: str, syntax: Syntax) -> Iterator[tuple[int, Record | Fault]]:
    """Records and faults in the order of the text, each with the number of its row."""
    position, line, line_start, row = 0, 1, 0, 0
    line_end = re.compile(rf"{syntax.line_end}|\Z")
    while position < len(text):
        row += 1
        cells: list[str] = []
        starts: list[tuple[int, int]] = []
        item: Record | Fault | None = None
        begin, ending = position, syntax.delimiter
        if row in syntax.skipped or (syntax.comment and text.startswith(syntax.comment, position)):
            position, ending = _after(line_end, text, position), ""
        while ending == syntax.delimiter:
            while syntax.skip_space and cells and text.startswith(" ", position):
                position += 1
            feeds = text.count(syntax.feed, begin, position)
            last = text.rfind(syntax.feed, begin, position) + 1 if feeds else line_start
            starts.append((line + feeds, position - last + 1))
            match = syntax.cell.match(text, position)
            if match is None:
                item = _explain(text, position, starts[-1], syntax)
                position = _after(line_end, text, position)
                break
            quoted, plain, ending = match.groups()
            cells.append(syntax.unwrap(quoted, plain))
            position = match.end()
            if ending != syntax.delimiter:
                blank = cells == [""] and quoted is None
                message = "The line is blank."
                item = Fault("file/blank-line", line, 1, message, "Delete it.") if blank else Record(cells, starts)
        if item is not None:
            yield row, item
        if feeds := text.count(syntax.feed, begin, position):
            line, line_start = line + feeds, text.rindex(syntax.feed, begin, position) + 1


def _after(line_end: re.Pattern[str], text: str, position: int) -> int:
    match = line_end.search(text, position)
    return match.end() if match else len(text)


def _explain(text: str, position: int, start: tuple[int, int], syntax: Syntax) -> Fault:
    line, column = start
    if syntax.quote and text.startswith(syntax.quote, position):
        message = "The quoted cell that opens here is never closed, or text follows the quote that closes it."
        hint = f"Look for a missing {syntax.quote}" + (", or one that is not written twice." if syntax.doubled else ".")
        return Fault("file/quote", line, column, message, hint)
    row = text[position : _after(re.compile(rf"{syntax.line_end}|\Z"), text, position)]
    at = row.find(syntax.quote) if syntax.quote else -1
    if at >= 0 and "\r" not in row[:at]:
        message = f"A quote ({syntax.quote}) stands inside an unquoted cell."
        return Fault("file/quote", line, column + at, message, "Put the whole cell in quotes.")
    if syntax.escape and row.rstrip("\r\n").endswith(syntax.escape):
        message = f"The escape character {syntax.escape} stands at the very end."
        return Fault("file/escape", line, column, message, "Write it twice, if it is meant.")
    at = max(row.find("\r"), 0)
    hint = "End lines with LF (or CR LF), or say in the dialect what ends them; quote a cell that holds a line break."
    return Fault("file/newline", line, column + at, "A carriage return stands alone.", hint)
