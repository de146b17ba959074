"""A large CSV file with faults → a clean copy for the engine, stretch by stretch, and findings. Only what is told is read exactly.

The copy holds each record of the file once, with the columns of the schema. Bytes that are not UTF-8 are U+FFFD in it;
NULs, cells too many and lines that hold no record are left out.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.csvfile import MARKED, Fault, Record, find_nuls, find_undecodable, read, unclosed
from provisions.reading import Row
from provisions.telling import check_header, explain_ragged, tell_empty
from provisions.transcode import expect
from provisions.vetting import BAD_QUOTE, BAD_RETURN, BLANK, RECORD, is_marked, outer_commas, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from provisions.engines import Engine, Plan
    from provisions.resources import Resource
    from provisions.telling import Teller
    from provisions.vetting import Stretch

_RULES = {BLANK: "file/blank-line", BAD_QUOTE: "file/quote", BAD_RETURN: "file/newline"}
# The rest of a line from its first NUL on, and from its first byte that is not UTF-8 on, which decodes to a surrogate.
_NUL, _UNDECODABLE = re.compile(rb"\0.*"), re.compile("[\udc80-\udcff].*")
# The engine needs memory for each column of the copy.
_MAX_SPARE = 1000


class Mender:
    """Mends one file whose header is known; no cells, where it has none."""

    def __init__(self, resource: Resource, header: Record, tell: Teller) -> None:
        self.resource, self.header, self.tell = resource, header, tell
        names, cells = resource.table.names, header.cells
        self.places = {cells.index(name): name for name in names if name in cells}
        self.missing = [name for name in names if name not in cells]
        self.width = max(self.places, default=0) + 1  # cells of a record that are copied
        self._seen, self.longest = 0, 0

    @property
    def can_mend(self) -> bool:
        """Whether no header is so wide that the copy would have many columns which nobody asks for."""
        return self.width <= len(self.places) + _MAX_SPARE

    def load(self, engine: Engine, plan: Plan) -> int:
        """Tells every fault of the file, and loads what can be read; returns its records."""
        table = self.resource.table
        if is_marked(self.resource.path):
            self.tell.tell(MARKED)
        if self.header.cells:
            check_header(self.resource, Row(self.resource.file, self.header.cells, self.header.starts), self.tell)
        else:
            tell_empty(self.tell)
        with tempfile.TemporaryDirectory(prefix="provisions-") as folder:
            path = Path(folder) / "table.csv"
            with path.open("wb") as copy:
                copy.write(b"_row,_sound" + b",header" * len(self._columns()) + b"\n")
                for stretch in scan(self.resource.path):
                    broken = self._tell_faults(stretch)
                    mended = self._mend(stretch)
                    if broken:
                        mended = mended.decode("utf-8", errors="replace").encode()
                    copy.write(mended.translate(None, b"\0"))
            count = engine.load_csv(
                f"_cells_{table.name}", self._columns(), path, plan, numbered=True, longest=self.longest
            )
        expect(self.resource, count, max(self._seen - 1, 0))
        return count

    def _columns(self) -> list[str]:
        """The columns of the copy; those that the schema does not have get names that no column of it has."""
        spare = "_" * (max(map(len, self.resource.table.names), default=0) + 1)
        return [self.places.get(place, f"{spare}{place}") for place in range(self.width)] + self.missing

    def _tell_faults(self, stretch: Stretch) -> bool:
        """Tells lines that hold no record, and bytes that are no text; returns whether there are such bytes."""
        import numpy as np

        data, line = stretch.data, stretch.line + 1
        for kind, rule in _RULES.items():
            found = np.flatnonzero(stretch.kinds == kind)
            self.tell.tell_many(rule, (_explain(stretch, n) for n in found), found.size)
        if b"\0" in data:
            count = sum(1 for _ in _NUL.finditer(data))
            self.tell.tell_many("file/nul", find_nuls(data.decode(errors="replace"), line), count)
        try:
            data.decode()
        except UnicodeDecodeError:
            count = sum(1 for _ in _UNDECODABLE.finditer(data.decode(errors="surrogateescape")))
            self.tell.tell_many("file/encoding", find_undecodable(data, line=line), count)
            return True
        return False

    def _mend(self, stretch: Stretch) -> bytes:
        """The records of a stretch as they are copied; tells those that have too few or too many cells."""
        import numpy as np

        data, view = stretch.data, np.frombuffer(stretch.data, dtype=np.uint8)
        records = np.flatnonzero(stretch.kinds == RECORD)
        numbers = np.arange(self._seen, self._seen + records.size)
        self._seen += records.size
        records, numbers = records[numbers > 0], numbers[numbers > 0]  # record 0 is the header
        begins, ends = stretch.starts[records], stretch.starts[records + 1]
        ends = ends - (view[ends - 1] == ord("\n"))
        ends = ends - (view[ends - 1] == ord("\r"))
        commas = np.append(outer_commas(stretch), len(data))
        first = np.searchsorted(commas, begins)
        have = np.searchsorted(commas, ends) - first + 1
        sound = have == len(self.header.cells)
        ragged = (self._explain_ragged(stretch, n) for n in records[~sound])
        self.tell.tell_many("file/ragged-row", ragged, records.size - int(sound.sum()))
        ends = np.where(have > self.width, commas[np.minimum(first + self.width, commas.size) - 1], ends)
        lack = np.maximum(self.width - have, 0) + len(self.missing)
        self.longest = max(self.longest, int((3 * (ends - begins) + lack).max(initial=0)) + 64)
        words, padding = (b"false", b"true"), b"," * int(lack.max(initial=0))
        columns = (column.tolist() for column in (numbers, sound, begins, ends, lack))
        return b"".join(
            [b"%d,%b,%b%b\n" % (n, words[s], data[a:b], padding[:k]) for n, s, a, b, k in zip(*columns, strict=True)]
        )

    def _explain_ragged(self, stretch: Stretch, n: np.int64) -> Fault:
        record = next(item for item in _read_item(stretch, n) if isinstance(item, Record))
        return explain_ragged(Row(self.resource.file, record.cells, record.starts), self.header.cells)


def _explain(stretch: Stretch, n: np.int64) -> Fault:
    """What is wrong with an item that is no record."""
    fault = next(item for item in _read_item(stretch, n) if isinstance(item, Fault))
    closing = int(stretch.closing[n])
    return unclosed(fault.line, fault.column, closing) if closing >= 0 else fault


def _read_item(stretch: Stretch, n: np.int64) -> Iterator[Record | Fault]:
    first, after = stretch.starts[n : n + 2]
    return read(stretch.data[first:after].decode("utf-8", errors="replace"), stretch.line + int(stretch.lines[n]) + 1)
