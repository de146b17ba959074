"""Vets large CSV files at the speed of reading them: surely well-formed or not, and where records stand. Reads no cell.

A comma-separated file is surely well-formed if each quote that opens a cell follows a comma or a line end, each quote
that closes one precedes a comma or a line end (or another quote, when doubled), all lines end alike, none is blank, and
no byte is a NUL. Whatever is not surely so is left to `csvfile`, which tells exactly what is wrong. Records with too few
or too many cells are not seen here: the engine refuses them.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import numpy as np

    Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
    Offsets = np.ndarray[tuple[int], np.dtype[np.int64]]

# Smaller files are read exactly at once: importing numpy would take longer.
MIN_BYTES = 2 * 1024 * 1024
_CHUNK = 16 * 1024 * 1024
_COMMA, _LINE_FEED, _RETURN, _QUOTE = b',\n\r"'


@dataclass(frozen=True)
class Place:
    """Where a record stands: its first byte, the byte after it, and its physical line, from 1."""

    first: int
    after: int
    line: int


@dataclass(frozen=True)
class _Chunk:
    """A stretch of the file: the offsets of its quotes and line feeds, and of those line feeds that end a record."""

    quotes: Offsets
    feeds: Offsets
    ends: Offsets
    opens: int  # 0 where the first quote of the chunk opens a cell, 1 where it closes one


def count_records(path: Path) -> int | None:
    """The records of a file that is surely well-formed, the header not counted; None for any other."""
    data, view = _map(path)
    if data.find(b"\0") >= 0 or data[:1] in (b"\n", b"\r"):
        return None
    return _count(view, returns=data.find(b"\r") >= 0)


def find_records(path: Path, numbers: Iterable[int]) -> dict[int, Place]:
    """Where records of a well-formed file stand, by number; 0 is the header."""
    import numpy as np

    wanted = np.unique(np.fromiter(numbers, dtype=np.int64))
    places: dict[int, Place] = {}
    _, view = _map(path)
    records = feeds = first = first_line = 0
    for chunk in _chunks(view):
        low, high = np.searchsorted(wanted, [records, records + chunk.ends.size])
        starts = np.append(first, chunk.ends[:-1] + 1)
        lines = np.append(first_line, feeds + np.searchsorted(chunk.feeds, starts[1:])) + 1
        for number in wanted[low:high].tolist():
            n = number - records
            places[number] = Place(int(starts[n]), int(chunk.ends[n]) + 1, int(lines[n]))
        if chunk.ends.size:
            first = int(chunk.ends[-1]) + 1
            first_line = feeds + int(np.searchsorted(chunk.feeds, first))
        records += int(chunk.ends.size)
        feeds += int(chunk.feeds.size)
    if records in wanted and first < view.size:
        places[records] = Place(first, int(view.size), first_line + 1)
    return places


def _count(view: Bytes, *, returns: bool) -> int | None:
    import numpy as np

    records, quotes, last, width = 0, 0, -1, 1 + returns
    for chunk in _chunks(view):
        opening, closing = chunk.quotes[chunk.opens :: 2], chunk.quotes[1 - chunk.opens :: 2]
        before, after = view[opening[opening > 0] - 1], view[closing[closing < view.size - 1] + 1]
        if not (_are(before, _COMMA, _LINE_FEED, _QUOTE) and _are(after, _COMMA, _LINE_FEED, _RETURN, _QUOTE)):
            return None
        ends = chunk.ends
        if ends.size and (ends[0] - last == width or np.any(np.diff(ends) == width)):
            return None  # a blank line
        if returns and not _are(view[ends - 1], _RETURN):
            return None
        records += int(ends.size)
        quotes += int(chunk.quotes.size)
        last = int(ends[-1]) if ends.size else last
    if quotes % 2 or (returns and not _follows(view, _RETURN, _LINE_FEED)):
        return None
    return records - 1 + int(view[-1] != _LINE_FEED)


def _map(path: Path) -> tuple[mmap.mmap, Bytes]:
    """The file as mapped memory and as a view of it; the mapping ends with the last view."""
    import numpy as np

    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return data, np.frombuffer(data, dtype=np.uint8)


def _chunks(view: Bytes) -> Iterator[_Chunk]:
    import numpy as np

    quotes_before = 0
    for start in range(0, view.size, _CHUNK):
        part = view[start : start + _CHUNK]
        quotes, feeds = np.flatnonzero(part == _QUOTE), np.flatnonzero(part == _LINE_FEED)
        outside = (np.searchsorted(quotes, feeds) + quotes_before) % 2 == 0
        yield _Chunk(quotes + start, feeds + start, feeds[outside] + start, quotes_before % 2)
        quotes_before += int(quotes.size)


def _are(found: Bytes, *accepted: int) -> bool:
    import numpy as np

    right = np.zeros(found.shape, dtype=np.bool_)
    for byte in accepted:
        right |= found == byte
    return bool(right.all())


def _follows(view: Bytes, first: int, second: int) -> bool:
    """Whether each byte `first` is followed by a byte `second`."""
    import numpy as np

    for start in range(0, view.size, _CHUNK):
        places = np.flatnonzero(view[start : start + _CHUNK] == first) + start
        if places.size and (places[-1] == view.size - 1 or not _are(view[places + 1], second)):
            return False
    return True
