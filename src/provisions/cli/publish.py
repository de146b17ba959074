"""`provisions publish`: a release in every form that its users’ tools read."""

from __future__ import annotations

from pathlib import Path

import click

from provisions.cli._options import package_argument, progress


@click.command(
    "publish",
    short_help="Write a release: CSV, Parquet, SQLite, Stata, and how to cite it.",
    epilog="Example: provisions publish -o dist/",
)
@package_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dist"),
    show_default=True,
    help="Folder for the release.",
)
@click.option(
    "--last",
    type=click.Path(path_type=Path, exists=True),
    help="The last release, a folder or a zip; its version and the changes since decide how high this one must be. "
    "[default: the highest below this one in the output folder]",
)
def command(package: Path | None, output: Path, last: Path | None) -> None:
    """Checks the package and writes `<name>-<version>/`: every table, and every table that follows from them, as CSV, Parquet
    and Stata and in one SQLite database; the Data Package as a zip; codebook, citations, licences, checksums. frictionless
    judges the result, and all of it is read back, before it is put in place in one step. The same data give the same bytes.
    """
    from provisions.package import publish

    with progress("Publishing"):
        release = publish(output, package, last)
    for note in release.notes:
        click.echo(f"provisions: {note}", err=True)
    click.echo(f"{release.folder}  {len(release.files)} files")
    click.echo(f"{release.archive}")
    click.echo(f"{release.folder / 'SHA256SUMS'}  sha256 {release.sha256}")
