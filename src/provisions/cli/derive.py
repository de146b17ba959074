"""`provisions derive`: what follows from the data, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import (
    choose_engine,
    engine_options,
    progress,
    split_names,
    table_options,
    write,
    write_table,
)

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

_DATE = click.DateTime(["%Y-%m-%d"])
_YEAR = click.IntRange(1, 9999)


@click.command(
    "derive",
    short_help="Status, memberships, panels, codings: what follows from the data.",
    epilog="Examples: provisions derive treaty_status --as-of 2025-03-12; provisions derive directed_dyad_year -o ddy.csv; "
    "provisions derive atop --trace -f csv",
)
@click.argument("names", nargs=-1, metavar="[NAME] [PACKAGE]")
@click.option("--as-of", type=_DATE, help="The day whose status is asked for. [default: today]")
@click.option("--from", "first", type=_YEAR, help="First year of a panel. [default: the first covered]")
@click.option("--to", "last", type=_YEAR, help="Last year of a panel. [default: the last covered]")
@click.option("--trace", is_flag=True, help="Give what each cell rests on: provisions, statements, quotes.")
@table_options
@engine_options
def command(
    names: tuple[str, ...],
    as_of: dt.datetime | None,
    first: int | None,
    last: int | None,
    *,
    trace: bool,
    form: str | None,
    output: str | Path | None,
    defuse: bool,
    engine_name: str | None,
    master: str | None,
    stage: Path | None,
    tables: tuple[tuple[str, str], ...],
) -> None:
    """Computes the derived table NAME; without a name, lists them all. With Spark, NAME may also be a table of the package,
    and `-o` is a new folder for Parquet.
    """
    from provisions.derived import find_derived, read_derived
    from provisions.package import open_package
    from provisions.pages.derived import write_list

    name, package = split_names(names, "NAME")
    if name is None:
        write(write_list(read_derived().values()))
        return
    engine = choose_engine(engine_name, master, stage, tables)
    if engine.name == "spark":
        if output is None or form not in (None, "parquet"):
            raise click.UsageError("Spark writes Parquet into a folder: give it with -o FOLDER.")
        with open_package(package) as opened, progress("Deriving"):
            asked = find_derived(name).trace or name if trace else name
            opened.save(asked, output, engine, as_of.date() if as_of else None, first, last)
        click.echo(f"{output}")
        return
    table = find_derived(name)
    if trace and not table.trace:
        raise click.UsageError(f"{name} has no trace of its own: each of its rows names what it rests on.")
    table = find_derived(table.trace) if trace else table
    with open_package(package) as opened:
        found = opened.stream_derived(table.name, as_of.date() if as_of else None, first, last)
        write_table(found, form, output, table.title, table.columns, tame=defuse)
