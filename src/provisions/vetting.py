"""Vets large CSV files at the speed of reading them: surely well-formed or not, and where records stand. Reads no cell.

A comma-separated file is surely well-formed if each quote that opens a cell follows a comma or a line end, each quote
that closes one precedes a comma or a line end (or another quote, when doubled), all lines end alike, none is blank, and
no byte is a NUL. Whatever is not surely so is left to `csvfile`, which tells exactly what is wrong. Records with too few
or too many cells are not seen here: the engine refuses them.
"""

from __future__ import annotations

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
    """A stretch of the file: the offsets of its quotes and line feeds, and of those line feeds that end a record.

    `opening` and `closing` are the bytes before its opening and after its closing quotes, `returning` those before its
    `ends`, and `returned` those after its carriage returns.
    """

    feeds: Offsets
    ends: Offsets
    opening: Bytes
    closing: Bytes
    returning: Bytes
    returned: Bytes
    unsure: bool  # whether it holds a NUL, or ends the file with a carriage return
    closed: bool  # whether no quote is open at its end


def count_records(path: Path) -> int | None:
    """The records of a file that is surely well-formed, the header not counted; None for any other."""
    import numpy as np

    records, last, returns = 0, -1, None
    for chunk in _chunks(path):
        ends = chunk.ends
        if returns is None and ends.size:
            returns = bool(chunk.returning[0] == _RETURN)
        quoted_well = _are(chunk.opening, _COMMA, _LINE_FEED, _QUOTE) and _are(
            chunk.closing, _COMMA, _LINE_FEED, _RETURN, _QUOTE
        )
        ended_alike = (
            _are(chunk.returning, _RETURN) and _are(chunk.returned, _LINE_FEED) if returns else not chunk.returned.size
        )
        if chunk.unsure or not (quoted_well and ended_alike):
            return None
        blank = 2 if returns else 1
        if ends.size and (ends[0] - last == blank or np.any(np.diff(ends) == blank)):
            return None
        records += int(ends.size)
        last = int(ends[-1]) if ends.size else last
    if not chunk.closed:
        return None
    return records - 1 + int(last != path.stat().st_size - 1)


def find_records(path: Path, numbers: Iterable[int]) -> dict[int, Place]:
    """Where records of a well-formed file stand, by number; 0 is the header."""
    import numpy as np

    wanted = np.unique(np.fromiter(numbers, dtype=np.int64))
    places: dict[int, Place] = {}
    records = feeds = first = first_line = 0
    for chunk in _chunks(path):
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
    size = path.stat().st_size
    if records in wanted and first < size:
        places[records] = Place(first, size, first_line + 1)
    return places


def _chunks(path: Path) -> Iterator[_Chunk]:
    """The file piece by piece, each seen with the byte before it and the byte after it; beyond both ends is a line end."""
    import numpy as np

    start, before, quotes_before = 0, b"\n", 0
    with path.open("rb") as file:
        block, following = file.read(_CHUNK), file.read(_CHUNK)
        while block:
            view = np.frombuffer(before + block + (following[:1] or b"\n"), dtype=np.uint8)
            inner = view[1:-1]
            quotes, feeds = np.flatnonzero(inner == _QUOTE), np.flatnonzero(inner == _LINE_FEED)
            ends = feeds[(np.searchsorted(quotes, feeds) + quotes_before) % 2 == 0]
            opens = quotes_before % 2  # 0 where the first quote of the chunk opens a cell, 1 where it closes one
            quotes_before += int(quotes.size)
            returns = np.flatnonzero(inner == _RETURN) if b"\r" in block else quotes[:0]
            yield _Chunk(
                feeds=feeds + start,
                ends=ends + start,
                opening=view[quotes[opens::2]],
                closing=view[quotes[1 - opens :: 2] + 2],
                returning=view[ends],
                returned=view[returns + 2],
                unsure=b"\0" in block or (not following and block.endswith(b"\r")),
                closed=quotes_before % 2 == 0,
            )
            start, before = start + len(block), block[-1:]
            block, following = following, file.read(_CHUNK)


def _are(found: Bytes, *accepted: int) -> bool:
    import numpy as np

    right = np.zeros(found.shape, dtype=np.bool_)
    for byte in accepted:
        right |= found == byte
    return bool(right.all())
