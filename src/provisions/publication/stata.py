"""A table → a Stata file (.dta, release 118) with labels of data, variables and values."""

from __future__ import annotations

from math import inf, isnan
from typing import TYPE_CHECKING

from provisions.dtafile import STR
from provisions.engines import quote_identifier
from provisions.exports import Extent, write_stata
from provisions.publication.parquet import parquet_of

if TYPE_CHECKING:
    from pathlib import Path

    from provisions.engines.duck import DuckEngine
    from provisions.publication.about import About
    from provisions.publication.contents import Content


LARGEST = 256 << 20  # bytes
_NUMBER = 8  # bytes of a number
# In what the largest of a column is found, so that it is told from its neighbours.
_EXACT = {"integer": "HUGEINT", "number": "DOUBLE"}


def write_dta(engine: DuckEngine, content: Content, folder: Path, about: About) -> bool:
    """Writes the table, from its Parquet file beside, unless it would be larger than `LARGEST`, as Stata holds all of it in
    memory, each text as wide as the longest of its column. The label of the data names package and version, that of a variable
    is its title, or, for a derived one, the beginning of its description. Returns whether it was written.
    """
    if content.rows * _NUMBER * len(content.cells) > LARGEST:
        return False
    source = parquet_of(folder, content)
    size, extents = _measure(engine, content, source)
    if size > LARGEST:
        return False
    labels = {
        column.name: str(column.schema.get("description" if content.derived else "title") or column.name)
        for column in content.table.columns
    }
    rows = engine.stream(f"SELECT * FROM {source}")
    write_stata(rows, folder / f"{content.name}.dta", f"{content.title} – {about.stem}", labels, extents)
    return True


def _measure(engine: DuckEngine, content: Content, source: str) -> tuple[int, list[Extent]]:
    """About how many bytes the file will have, and how much each column takes."""
    asked = []
    for n, name in enumerate(content.table.names):
        cell = quote_identifier(name)
        length = f"strlen(CAST({cell} AS VARCHAR))"
        kind = "string" if name in content.texts else content.table.column(name).type
        number = f"MAX(abs(CAST({cell} AS {_EXACT[kind]})))" if kind in _EXACT else "0"
        asked.append(f"MAX({length}) AS m{n}, SUM({length}) AS s{n}, {number} AS n{n}")
    (found,) = engine.rows(f"SELECT {', '.join(asked)} FROM {source}")
    total, extents = 0, []
    for n, name in enumerate(content.table.names):
        longest, whole, largest = int(found[f"m{n}"] or 0), int(found[f"s{n}"] or 0), found[f"n{n}"] or 0
        is_text = name in content.texts or content.table.column(name).type == "string"
        total += whole if longest > STR else content.rows * (longest if is_text else _NUMBER)
        extents.append(Extent(longest, inf if isnan(largest) else largest))
    return total, extents
