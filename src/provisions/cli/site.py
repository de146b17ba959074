"""`provisions site`: the package as pages to look at."""

from __future__ import annotations

from pathlib import Path

import click

from provisions.cli._options import package_argument, progress


@click.command(
    "site",
    short_help="Write a static site: treaties at a glance, and every word they rest on.",
    epilog="Example: provisions site -o site/ --open",
)
@package_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    show_default=True,
    help="Folder for the site; an earlier one in it is replaced.",
)
@click.option("--open", "opened", is_flag=True, help="Open it in the browser.")
def command(package: Path | None, output: Path, opened: bool) -> None:
    """Writes PACKAGE as a static site: treaties, clauses, statements with their quotes in place, a matrix, a timeline, a
    network, the codebook, the checks. It works from a folder, offline, and from any host. The same data give the same bytes.
    """
    from provisions.package import site

    with progress("Writing the site"):
        written = site(output, package)
    click.echo(f"{written.front}  {written.files} files, {written.bytes / 1e6:.1f} MB")
    if opened:
        click.launch(str(written.front.resolve()))
