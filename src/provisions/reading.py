"""How a resource is read, whatever its layout: parts, packing, encoding, dialect, inline data → a header and rows of cells.

The rows are what stands in the file; their cells become canonical text by the fields of the schema.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from provisions.csvfile import Fault, Record, decode
from provisions.delimited import read_delimited
from provisions.dialect import Dialect, join_header
from provisions.documents import read_json
from provisions.errors import PackageError
from provisions.jsonplaces import ItemPlaces, Starts
from provisions.sources import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from provisions.fields import Field
    from provisions.jsonplaces import Place

FIELDS_MATCH = ("exact", "equal", "subset", "superset", "partial")


@dataclass(frozen=True)
class Row:
    """A record as it stands in a file: its cells – texts, or values of JSON – and where each begins."""

    file: str
    cells: list[Any]
    starts: Sequence[Place] | Starts

    def text(self, place: int) -> str | None:
        """A cell as text; None for an empty one."""
        cell = self.cells[place] if 0 <= place < len(self.cells) else None
        return (cell if isinstance(cell, str) or cell is None else json.dumps(cell, ensure_ascii=False)) or None


@dataclass(frozen=True)
class Header(Row):
    """The names of the columns; without places, where the file does not hold them."""


@dataclass(frozen=True)
class Reading:
    """How the rows of a resource are read. `data` is inline data, at `keys` of the descriptor `paths[0]`."""

    names: tuple[str, ...]
    files: tuple[str, ...]
    paths: tuple[Path, ...]
    fields: tuple[Field, ...] = ()
    dialect: Dialect = field(default_factory=Dialect)
    encoding: str = "utf-8"
    compression: str = ""
    inner: str = ""
    match: str = "exact"
    json: bool = False
    data: Any = None
    keys: tuple[str | int, ...] = ()
    keyed: frozenset[str] = frozenset()
    header: tuple[str, ...] | None = None  # where it stands in another file, before these

    @property
    def inline(self) -> bool:
        """Whether the data stand in the descriptor."""
        return self.data is not None

    @property
    def plain(self) -> bool:
        """Whether there is one file, which the engine can read as it is."""
        return self.usual and len(self.paths) == 1

    @property
    def usual(self) -> bool:
        """Whether the engine can read each file as it is: UTF-8, comma-separated, cells in their default form."""
        usual = self.dialect.plain and self.match == "exact" and self.encoding == "utf-8" and not self.compression
        return usual and not self.inline and not self.json and all(field.plain for field in self.fields)

    def odd(self, *, canonical: bool) -> dict[str, str]:
        """By column, the regular expression of cells that are of their type, but that the engine would read otherwise.

        With `canonical`, texts that do not stand in their canonical form are among them, whether compared or not.
        """
        shapes = {}
        for each in self.fields:
            compared = each.name in self.keyed or each.compares_texts or (canonical and each.type.kind == "string")
            parts = [each.type.odd, each.type.odd_compared if compared else ""]
            if any(parts):
                shapes[each.name] = "|".join(part for part in parts if part)
        return shapes

    def rows(self) -> Iterator[tuple[str, Fault] | Row]:
        """The header, then the records, with the faults among them, in the order of the files. Raises `PackageError`.

        The first row that is neither blank nor a comment is the header, where the dialect does not number its rows.
        A later part may repeat the header.
        """
        if self.json or (self.inline and not isinstance(self.data, str)):
            yield from self._json_rows()
            return
        above = self.dialect.header_rows
        first: list[list[str]] = []
        if self.header is not None:
            yield Header(self.files[0], list(self.header), [])
        for number, (file, data) in enumerate(self._parts()):
            text, faults = (data, []) if isinstance(data, str) else decode(data, self.encoding)
            yield from ((file, fault) for fault in faults)
            header: list[list[str]] = []
            begun = not above
            begins = number == 0 and self.header is None
            if begun and begins and text:
                yield Header(file, list(self.names), [])
            for row, item in read_delimited(text, self.dialect.syntax):
                if isinstance(item, Fault):
                    if not (self.dialect.skip_blank and item.rule == "file/blank-line"):
                        yield file, self._placed(item)
                elif not begun:
                    if above == (1,) or row in above:
                        header.append(item.cells)
                    if above == (1,) or row >= above[-1]:
                        begun = True
                        if begins:
                            first = header
                            names = join_header(header, self.dialect.header_join)
                            yield self._header(file, names, self._starts(item))
                        elif header != first:  # a part without a header of its own
                            yield from (Row(file, cells, self._starts(item)) for cells in header)
                elif not self.dialect.skip_blank or any(item.cells):
                    yield Row(file, item.cells, self._starts(item))

    def _parts(self) -> Iterator[tuple[str, bytes | str]]:
        if isinstance(self.data, str):
            yield self.files[0], self.data
            return
        for file, path in zip(self.files, self.paths, strict=True):
            yield file, read_file(path, self.compression, self.inner)

    def _header(self, file: str, names: list[str], starts: Sequence[Place] | Starts) -> Header:
        if not self.dialect.case_sensitive:
            known = {name.casefold(): name for name in self.names}
            names = [known.get(name.casefold(), name) for name in names]
        return Header(file, names, starts)

    @cached_property
    def _places(self) -> ItemPlaces:
        return ItemPlaces(self.paths[0], self.keys)

    def _starts(self, item: Record) -> Sequence[Place] | Starts:
        """Inline text is told where it begins in the descriptor."""
        return Starts(self._places, -1, range(len(item.cells))) if self.inline else item.starts

    def _placed(self, fault: Fault) -> Fault:
        if not self.inline:
            return fault
        message = f"{fault.message} (Line {fault.line}, character {fault.column} of the inline data.)"
        return Fault(fault.rule, *self._places.place(-1, 0), message, fault.hint)

    def _json_rows(self) -> Iterator[Row]:
        for number, (file, path) in enumerate(zip(self.files, self.paths, strict=True)):
            data, keys = (self.data, self.keys) if self.inline else (read_json(path), ())
            for key in self.dialect.rows_at.split(".") if self.dialect.rows_at else ():
                data, keys = (data.get(key) if isinstance(data, dict) else None), (*keys, key)
            yield from self._rows_of(file, data, ItemPlaces(path, keys), first=number == 0)

    def _rows_of(self, file: str, data: Any, places: ItemPlaces, *, first: bool) -> Iterator[Row]:
        where = f"{file}, at {'/'.join(map(str, places.keys)) or 'its root'}"
        if not isinstance(data, list) or {type(row) for row in data} not in ({list}, {dict}, set()):
            raise PackageError(f"{where}: rows must be a list of lists, or a list of objects.")
        above = self.dialect.header_rows
        if not data or (isinstance(data[0], list) and not above):
            if first:
                yield Header(file, list(self.names), [])
        elif isinstance(data[0], list):
            header = [[str(cell) for cell in data[row - 1]] for row in above if row <= len(data)]
            if first:
                names = join_header(header, self.dialect.header_join)
                yield self._header(file, names, Starts(places, above[0] - 1, range(len(names))))
        else:
            names = list(self.dialect.item_keys) or list(
                dict.fromkeys([*self.names, *(key for row in data for key in row)])
            )
            if first:
                yield self._header(file, names, Starts(places, 0, names))
            for number, row in enumerate(data):
                yield Row(file, [row.get(name) for name in names], Starts(places, number, names))
            return
        for number, row in enumerate(data[max(above, default=0) :], start=max(above, default=0)):
            yield Row(file, row, Starts(places, number, range(len(row))))
