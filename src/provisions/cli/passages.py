"""`provisions passages`: a source document as numbered paragraphs."""

from __future__ import annotations

from pathlib import Path

import click

from provisions.cli._options import format_option, output_option, to_json, write


@click.command(
    "passages",
    short_help="Split a source document into rows of passages.",
    epilog="Example: provisions passages seeds/hotscup-2024.txt",
)
@click.argument("seed", type=click.Path(path_type=Path))
@format_option("csv", "json")
@output_option
def command(seed: Path, form: str, output: Path | None) -> None:
    """Splits a document of `seeds/` into the rows of passages.csv that hold its text, paragraph by paragraph."""
    from provisions.passages import passage_rows, write_passages

    rows = passage_rows(seed)
    write(to_json(rows) if form == "json" else write_passages(rows), output)
