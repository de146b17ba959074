"""`provisions query`: SQL over the tables and derived tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import package_argument, table_options, write_table

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "query",
    short_help="Ask the tables and derived tables in SQL.",
    epilog='Example: provisions query "SELECT category_id, COUNT(*) FROM provisions GROUP BY ALL ORDER BY 2 DESC" -f markdown',
)
@click.argument("sql")
@package_argument
@table_options
def command(sql: str, package: Path | None, form: str | None, output: Path | None, defuse: bool) -> None:
    """Runs one SELECT over the tables of the package and the tables that `provisions derive` lists; no file can be read or
    written by it. Date columns have two companions, `<column>_earliest` and `<column>_latest`.
    """
    from provisions.package import open_package

    with open_package(package) as opened:
        write_table(opened.stream(sql), form, output, tame=defuse)
