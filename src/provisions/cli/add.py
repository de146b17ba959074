"""`provisions add`: coding sheets into the tables."""

from __future__ import annotations

from pathlib import Path

import click

from provisions.cli._options import write


@click.command(
    "add",
    short_help="Merge coding sheets into the tables.",
    epilog="Examples: provisions add anzus-1951.yaml; provisions add a.yaml b.yaml datapackage --dry-run",
)
@click.argument("names", nargs=-1, required=True, metavar="SHEET… [PACKAGE]")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would change.")
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...], dry_run: bool) -> None:
    """Adds the treaty of each SHEET to a package, or replaces what the package has of it.

    Parties, speakers and sources are added or corrected. Everything is checked first; nothing is written where an error
    is found, and an error in a row from a sheet is told at its line there.
    """
    from provisions.package import add
    from provisions.pages.addition import write_addition

    paths = [Path(name) for name in names]
    packages = [path for path in paths if path.is_dir() or path.suffix not in (".yaml", ".yml")]
    sheets = [path for path in paths if path not in packages]
    if len(packages) > 1 or not sheets:
        raise click.UsageError("Give sheets (.yaml), and at most one PACKAGE, which is a folder.")
    addition = add(sheets, packages[0] if packages else None, dry_run=dry_run)
    write(write_addition(addition))
    ctx.exit(1 if addition.errors else 0)
