"""A table → a Stata file (.dta, version 118) with labels of data, variables and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.exports import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from provisions.engines.duck import DuckEngine
    from provisions.publication.about import About
    from provisions.publication.contents import Content


def write_stata(engine: DuckEngine, content: Content, path: Path, about: About) -> None:
    """Writes the table. The label of the data names package and version, that of a variable is its title, or, for a derived
    one, the beginning of its description. Raises `ExportError` where pandas is missing.
    """
    labels = {
        column.name: str(column.schema.get("description" if content.derived else "title") or column.name)
        for column in content.table.columns
    }
    write_file(engine.stream(content.query), path, "dta", f"{content.title} – {about.stem}", labels)
