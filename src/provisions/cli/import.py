"""`provisions import`: a data set of others as a package."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    "import",
    short_help="Turn your copy of another data set into a package.",
    epilog="Example: provisions import atop atop4_01m.csv -o atop/; provisions derive directed_dyad_year atop/ -o ddy.csv",
)
@click.argument("dataset", type=click.Choice(["atop"]))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The new folder of the package.")
def command(dataset: str, files: tuple[Path, ...], output: Path) -> None:  # noqa: ARG001  there is one data set so far
    """Reads the FILES of a data set (of ATOP: its member file, or else its phase or alliance file, versions 3 to 5) and
    writes a package of our tables, in which every value rests on the data set and from which its own variables and
    dyad-years can be derived again.
    """
    from provisions.datasets.importing import import_atop
    from provisions.publication.metadata import describe_rows

    rows = import_atop(files, output)
    click.echo(f"{output}: {describe_rows(rows)}. Next: provisions validate {output}")
