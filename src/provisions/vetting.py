"""Large CSV files at the speed of reading them: where records stand and which lines hold none; well-formed or not. Reads no cell.

It says of each physical line what `csvfile` would say, by the quotes and returns in it alone. A cell that is faulty ends
with the line on which it begins, and reading goes on after that line, so that what a line means depends on the lines before
it: each line is judged both ways, as the beginning of a record and as the inside of a quoted cell, and then the way through
them is followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisions.csvfile import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    import numpy as np

    Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
    Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
    Offsets = np.ndarray[tuple[int], np.dtype[np.int64]]

# Smaller files are read exactly at once: importing numpy would take longer.
MIN_BYTES = 2 * 1024 * 1024
_CHUNK = 8 * 1024 * 1024
_COMMA, _LINE_FEED, _RETURN, _QUOTE = b',\n\r"'
RECORD, BLANK, BAD_QUOTE, BAD_RETURN = range(4)
_NOWHERE = 1 << 62
_INSIDE = re.compile(rb'(?:[^"]++|"")*+')


@dataclass(frozen=True)
class Place:
    """Where a record stands: its first byte, the byte after it, and its physical line, from 1."""

    first: int
    after: int
    line: int


@dataclass(frozen=True)
class Stretch:
    """Whole lines of a file, from the byte `offset` and after `line` lines, as items: records, and lines that hold none.

    Item n is of the kind `kinds[n]` and begins at the byte `starts[n]` of `data` and on its line `lines[n]`, from 0; both
    have one more entry, for the end. An item with a quoted cell that is closed on another line and followed by text
    there has that line of the file in `closing`, one with a cell that is never closed has 0; any other has -1.
    """

    data: bytes
    offset: int
    line: int
    starts: Offsets
    lines: Offsets
    kinds: Bytes
    closing: Offsets


@dataclass(frozen=True)
class _Close:
    """The quote that closes a cell which is still open at the end of what was read: its byte and line, and what follows."""

    at: int
    line: int
    bad: bool


def count_records(path: Path, columns: int) -> int | None:
    """The records of a file that is surely well-formed, the header not counted; None for any other.

    Such a file holds records alone, whose lines all end alike, no NUL, and as many cells as so many columns have in
    all. Not seen are bytes that are not UTF-8, and a record with too few cells: the engine refuses them, but it takes no
    offence at empty cells after the last column.
    """
    records, returns = -1, False
    if is_marked(path):
        return None
    for stretch in scan(path):
        data = stretch.data
        if stretch.kinds.any() or b"\0" in data:
            return None
        if records < 0:
            returns = data.endswith(b"\r\n", 0, int(stretch.starts[1]))
        if returns != (b"\r" in data) or (returns and not _all_return(stretch)):
            return None
        if _count_outer_commas(stretch) != stretch.kinds.size * (columns - 1):
            return None
        records += stretch.kinds.size
    return max(records, 0)


def find_records(path: Path, numbers: Iterable[int]) -> dict[int, Place]:
    """Where records of a file stand, by number; 0 is the header."""
    import numpy as np

    wanted = np.unique(np.fromiter(numbers, dtype=np.int64))
    places: dict[int, Place] = {}
    count = 0
    for stretch in scan(path):
        records = np.flatnonzero(stretch.kinds == RECORD)
        low, high = np.searchsorted(wanted, [count, count + records.size])
        for number in wanted[low:high].tolist():
            n = records[number - count]
            first, after = (stretch.starts[n : n + 2] + stretch.offset).tolist()
            places[number] = Place(first, after, stretch.line + int(stretch.lines[n]) + 1)
        count += records.size
        if high == wanted.size:
            break
    return places


def is_marked(path: Path) -> bool:
    """Whether a file begins with a byte order mark."""
    with path.open("rb") as file:
        return file.read(len(BYTE_ORDER_MARK)) == BYTE_ORDER_MARK


def outer_commas(stretch: Stretch) -> Offsets:
    """The commas of a stretch that part cells: those outside quotes."""
    import numpy as np

    view = np.frombuffer(stretch.data, dtype=np.uint8)
    commas, quotes = np.flatnonzero(view == _COMMA), np.flatnonzero(view == _QUOTE)
    before_item = np.searchsorted(quotes, stretch.starts[:-1])
    inside = np.searchsorted(quotes, commas) - np.repeat(before_item, np.diff(np.searchsorted(commas, stretch.starts)))
    outer: Offsets = commas[inside % 2 == 0]
    return outer


def scan(path: Path) -> Iterator[Stretch]:
    """The file stretch by stretch, without its byte order mark; each is as long as a chunk, or as a longer record."""
    with path.open("rb") as file:
        offset = len(BYTE_ORDER_MARK) if is_marked(path) else 0
        file.seek(offset)
        line, size, data = 0, _CHUNK, b""
        close: _Close | None = None
        while True:
            block = file.read(size)
            last = len(block) < size
            data += block
            whole = len(data) if last else data.rfind(b"\n") + 1
            if close and close.at < offset + whole:
                close = None
            stretch = _split(data[:whole], offset, line, close, last=last) if whole else None
            if stretch and stretch.kinds.size:
                yield stretch
                line += int(stretch.lines[-1])
                offset += len(stretch.data)
                data, size = data[len(stretch.data) :], _CHUNK
            elif not last:  # one long record, or so it seems
                size = len(data)
                if whole and close is None:
                    close = _find_close(file, offset + whole, line + data.count(b"\n", 0, whole))
                    size = 1 if close.bad else max(size, close.at - offset - whole)
                    file.seek(offset + len(data))
            if last:
                return


def _find_close(file: BinaryIO, position: int, line: int) -> _Close:
    """Looks for the quote that closes a cell, from a line on that begins inside that cell; so many lines are before it."""
    file.seek(position)
    block = b""
    while True:
        more = file.read(_CHUNK)
        block += more
        inside = _INSIDE.match(block)
        end = inside.end() if inside else 0
        if end + 3 <= len(block) or (end < len(block) and not more):
            after = block[end + 1 : end + 3]
            good = after[:1] in (b"", b",", b"\n") or after == b"\r\n"
            return _Close(position + end, line + block.count(b"\n", 0, end) + 1, bad=not good)
        if not more:
            return _Close(_NOWHERE, 0, bad=True)
        line += block.count(b"\n", 0, end)
        position, block = position + end, block[end:]


def _split(data: bytes, offset: int, line: int, close: _Close | None, *, last: bool) -> Stretch:
    """Splits lines into items, up to the last one that is surely complete. `last` says that the file ends with them;
    otherwise `close` says, where it is known, how a cell ends that is open after them.
    """
    import numpy as np

    # Beyond both ends is a line end, to which a return at the end of the file does not belong.
    view = np.frombuffer(data + b"\0" * data.endswith(b"\r") + b"\n" * (not data.endswith(b"\n")), dtype=np.uint8)
    feeds, quotes = np.flatnonzero(view == _LINE_FEED), np.flatnonzero(view == _QUOTE)
    returns = np.flatnonzero(view == _RETURN) if b"\r" in data else quotes[:0]
    lone = returns[view[returns + 1] != _LINE_FEED]
    after = view[quotes + 1]
    bad_opening = ~_is(view[quotes - 1], _COMMA, _LINE_FEED, _QUOTE)
    bad_closing = ~_is(after, _COMMA, _LINE_FEED, _QUOTE, _RETURN)
    if lone.size:
        bad_closing |= np.isin(quotes + 1, lone)
    outside = np.searchsorted(quotes, feeds) % 2 == 0
    bad = bad_opening[::2].any() or bad_closing[1::2].any() or (np.searchsorted(quotes, lone) % 2 == 0).any()
    if bad or (quotes.size % 2 and (last or close)):
        marks = _Marks(feeds, quotes, lone, bad_opening, bad_closing, doubling=after == _QUOTE)
        lines, kinds, closing = _follow(marks, line, close, last=last)
    else:
        lines = np.append(0, np.flatnonzero(outside) + 1)
        kinds = np.zeros(lines.size - 1, dtype=np.uint8)
        closing = kinds.astype(np.int64) - 1
    starts = np.append(0, feeds + 1)[lines]
    sizes = np.diff(starts)
    kinds[(sizes == 1) | ((sizes == 2) & (view[starts[:-1]] == _RETURN))] = BLANK
    starts[-1] = min(starts[-1], len(data))
    return Stretch(data[: starts[-1]], offset, line, starts, lines, kinds, closing)


@dataclass(frozen=True)
class _Marks:
    """Where line feeds, quotes and returns without a line feed stand; of each quote, whether it is wrong where it would
    open or close a cell, and whether another one follows it.
    """

    feeds: Offsets
    quotes: Offsets
    lone: Offsets
    bad_opening: Flags
    bad_closing: Flags
    doubling: Flags

    def first_of_line(self, marks: Offsets) -> Offsets:
        """The first of these bytes on each line."""
        import numpy as np

        found = np.full(self.feeds.size, _NOWHERE)
        found[np.searchsorted(self.feeds, marks[::-1])] = marks[::-1]  # of those of one line, the last written stays
        return found

    def ranks(self, marks: Offsets) -> Offsets:
        """How many quotes stand before each of these bytes on its line."""
        import numpy as np

        before_line = np.append(0, np.searchsorted(self.quotes, self.feeds))
        ranks: Offsets = np.searchsorted(self.quotes, marks) - before_line[np.searchsorted(self.feeds, marks)]
        return ranks

    def judge(self, inside: int) -> tuple[Bytes, Offsets, Flags]:
        """Of lines that begin outside (0) or inside (1) a quoted cell: the kind of each, its first wrong quote, and
        whether it ends inside one.
        """
        import numpy as np

        wrong = np.where(self.ranks(self.quotes) % 2 == inside, self.bad_opening, self.bad_closing)
        quote = self.first_of_line(self.quotes[wrong])
        lone = self.first_of_line(self.lone[self.ranks(self.lone) % 2 == inside])
        kinds = np.where(lone < quote, BAD_RETURN, np.where(quote < _NOWHERE, BAD_QUOTE, RECORD)).astype(np.uint8)
        counts = np.diff(np.searchsorted(self.quotes, self.feeds), prepend=0)
        return kinds, quote, (counts + inside) % 2 == 1

    def first_closing(self) -> Offsets:
        """On each line, the quote that closes a cell in which the line begins."""
        return self.first_of_line(self.quotes[(self.ranks(self.quotes) % 2 == 0) & ~self.doubling])


def _follow(marks: _Marks, line: int, close: _Close | None, *, last: bool) -> tuple[Offsets, Bytes, Offsets]:
    """The first lines of the items and the line after them, the kinds of the items, and where their bad cells close.

    Line k is two nodes: 2k, it begins an item; 2k + 1, a cell that opened on it is open at its end. From each node there
    is one way on; those that are reached from the first line are found by taking steps of 1, 2, 4, 8 … nodes.
    """
    import numpy as np

    n = marks.feeds.size
    here = np.arange(n)
    kinds, _, opens = marks.judge(0)
    kinds_within, wrong, reopens = marks.judge(1)
    closing = marks.first_closing()
    closes = np.flatnonzero(closing < _NOWHERE)
    there = np.append(closes, n)[np.searchsorted(closes, here, side="right")]  # the line that closes what opened here
    never = there == n
    broken = np.append(wrong == closing, True)[there]
    kinds_there = np.append(kinds_within, BAD_QUOTE)[there]
    reopens_there = np.append(reopens, False)[there] & (kinds_there == RECORD)

    ways = np.empty(2 * n + 2, dtype=np.int64)
    ways[: 2 * n : 2] = np.where((kinds == RECORD) & opens, 2 * here + 1, 2 * here + 2)
    ways[1 : 2 * n : 2] = np.where(broken, 2 * here + 2, np.where(reopens_there, 2 * there + 1, 2 * there + 2))
    ways[2 * n :] = 2 * n, 2 * n + 1
    if not (last or (close and close.bad)):
        ways[1 : 2 * n : 2][never] = 2 * n + 1
    reached = np.zeros(2 * n + 2, dtype=np.bool_)
    reached[0] = True
    for _ in range((2 * n + 2).bit_length()):
        reached[ways[reached]] = True
        ways = ways[ways]

    nodes = np.flatnonzero(reached[: 2 * n])
    begins = np.flatnonzero(nodes % 2 == 0)
    ends = nodes[np.append(begins[1:], nodes.size) - 1]
    within = ends % 2 == 1
    lines = nodes[begins] // 2
    found = np.where(within, np.where(broken, BAD_QUOTE, kinds_there)[ends // 2], kinds[ends // 2]).astype(np.uint8)
    closed = np.where(never, close.line if close else 0, line + there + 1)
    where = np.where(within & broken[ends // 2], closed[ends // 2], -1)
    if reached[2 * n + 1]:  # the last item goes on beyond these lines
        return lines, found[:-1], where[:-1]
    return np.append(lines, n), found, where


def _count_outer_commas(stretch: Stretch) -> int:
    """How many commas of a stretch without faults part cells."""
    import numpy as np

    view = np.frombuffer(stretch.data, dtype=np.uint8)
    commas, quotes = np.flatnonzero(view == _COMMA), np.flatnonzero(view == _QUOTE)
    before = np.searchsorted(commas, quotes)
    return int(commas.size - before[1::2].sum() + before[::2].sum())


def _all_return(stretch: Stretch) -> bool:
    """Whether each record ends with a return and a line feed, and no return stands alone."""
    import numpy as np

    view, ends = np.frombuffer(stretch.data, dtype=np.uint8), stretch.starts[1:] - 1
    ends = ends[view[ends] == _LINE_FEED]
    return bool((view[ends - 1] == _RETURN).all()) and stretch.data.count(b"\r") == stretch.data.count(b"\r\n")


def _is(found: Bytes, *accepted: int) -> Flags:
    import numpy as np

    right = np.zeros(found.shape, dtype=np.bool_)
    for byte in accepted:
        right |= found == byte
    return right
