"""A table → Parquet: typed, compressed, with what the release says of itself in its key-value metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.documents import write_json
from provisions.engines import quote_identifier, quote_literal

if TYPE_CHECKING:
    from pathlib import Path

    from provisions.engines import Engine
    from provisions.publication.about import About
    from provisions.publication.contents import Content


def write_parquet(engine: Engine, content: Content, path: Path, about: About) -> None:
    """Writes the table; the bytes do not depend on the number of threads. The metadata are package, version, table, title,
    description, citation, licence, and `schema`: the JSON Schema of its rows.
    """
    said = {
        "package": about.name,
        "version": about.version,
        "table": content.name,
        "title": content.title,
        "description": content.description,
        "citation": about.citation,
        "licence": ", ".join(licence.name or licence.path for licence in about.licences),
        "schema": write_json(content.table.schema),
    }
    pairs = ", ".join(f"{quote_identifier(key)}: {quote_literal(value)}" for key, value in said.items())
    engine.run(
        f"COPY ({content.query}) TO {quote_literal(str(path))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{pairs}}})"
    )


def parquet_of(folder: Path, content: Content) -> str:
    """What follows `FROM` in a query over the Parquet file of a table, whose rows come in order."""
    return f"read_parquet({quote_literal(str(folder / f'{content.name}.parquet'))})"
