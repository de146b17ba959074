"""`provisions codebook`: how the data are coded, every table, column, category and rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import output_option, package_argument, write

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "codebook",
    short_help="Write the codebook, in Markdown.",
    epilog="Example: provisions codebook -o docs/codebook.md",
)
@package_argument
@output_option
@click.option("--check", is_flag=True, help="Write nothing; fail when the file given by -o is not up to date.")
@click.pass_context
def command(ctx: click.Context, package: Path | None, output: Path | None, check: bool) -> None:
    """How PACKAGE is coded: unit of observation, tables, columns, closed lists, categories, crosswalk and rules."""
    from provisions.package import open_package

    with open_package(package) as opened:
        text = opened.codebook()
    if not check:
        write(text, output)
    elif output is None:
        raise click.UsageError("--check compares with the file given by -o.")
    elif not output.is_file() or output.read_bytes() != text.encode():
        click.echo(f"{output} is not up to date. Run `provisions codebook -o {output}`.", err=True)
        ctx.exit(1)
    else:
        click.echo(f"{output} is up to date.")
