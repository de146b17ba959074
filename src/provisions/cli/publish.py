"""`provisions publish`: a release, folder and zip."""

from __future__ import annotations

from pathlib import Path

import click

from provisions.cli._options import package_argument, progress


@click.command(
    "publish", short_help="Write a release: a folder and a zip.", epilog="Example: provisions publish -o dist/"
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
def command(package: Path | None, output: Path) -> None:
    """Checks the package and writes `<name>-<version>/` and `<name>-<version>.zip`: CSV tables, `datapackage.json` with
    sizes and hashes, schemas, source documents, README, change log and licence. The same data give the same bytes.
    """
    from provisions.package import publish

    with progress("Publishing"):
        release = publish(output, package)
    click.echo(f"{release.folder}  {len(release.files)} files")
    click.echo(f"{release.archive}  sha256 {release.sha256}")
