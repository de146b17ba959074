"""A table → a Stata file (.dta, version 118) with labels of data, variables and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.exports import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from provisions.engines.duck import DuckEngine
    from provisions.publication.about import About
    from provisions.publication.contents import Content


LARGEST = 256 << 20  # bytes
_NUMBER, _LONGEST = (
    8,
    2045,
)  # bytes of a number, and of a text that is padded to the length of the longest in its column


def write_stata(engine: DuckEngine, content: Content, path: Path, about: About) -> None:
    """Writes the table, unless it would be larger than `LARGEST`: Stata, and what writes it here, hold all of it in memory. The label of the data names package and version, that of a variable is its title, or, for a derived
    one, the beginning of its description. Raises `ExportError` where pandas is missing.
    """
    if content.rows * _NUMBER * len(content.cells) > LARGEST or _measure(engine, content) > LARGEST:
        return
    labels = {
        column.name: str(column.schema.get("description" if content.derived else "title") or column.name)
        for column in content.table.columns
    }
    write_file(engine.stream(content.query), path, "dta", f"{content.title} – {about.stem}", labels)


def _measure(engine: DuckEngine, content: Content) -> int:
    """About how many bytes the file will have."""
    lengths = [f"octet_length(encode(CAST({cell} AS VARCHAR)))" for cell in content.cells]
    columns = ", ".join(f"MAX({each}) AS m{n}, SUM({each}) AS s{n}" for n, each in enumerate(lengths))
    (found,) = engine.rows(f"SELECT {columns} FROM {content.source.split(' ORDER BY ')[0]}")
    total = 0
    for n, name in enumerate(content.table.names):
        longest, whole = int(found[f"m{n}"] or 0), int(found[f"s{n}"] or 0)
        is_text = name in content.texts or content.table.column(name).type == "string"
        total += whole if longest > _LONGEST else content.rows * (longest if is_text else _NUMBER)
    return total
