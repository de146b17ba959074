"""`provisions publish`: a release in every form that its users’ tools read."""

from __future__ import annotations

from pathlib import Path

import click

from provisions.cli._options import choose_engine, engine_options, memory_option, package_argument, progress


@click.command(
    "publish",
    short_help="Write a release: CSV, Parquet, SQLite, Stata, and how to cite it.",
    epilog="Example: provisions publish --site -o dist/",
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
@click.option("--site", is_flag=True, help="With the static site, as a zip; see `provisions site`.")
@memory_option
@engine_options
def command(
    package: Path | None,
    output: Path,
    last: Path | None,
    site: bool,
    memory_limit: str | None,
    engine_name: str | None,
    master: str | None,
    stage: Path | None,
    tables: tuple[tuple[str, str], ...],
) -> None:
    """Checks the package and writes `<name>-<version>/`: every table, and every table that follows from them, as CSV, Parquet
    and Stata and in one SQLite database; the Data Package as a zip; codebook, citations, licences, checksums. frictionless
    judges the result, and all of it is read back, before it is put in place in one step. The same data give the same bytes.

    With Spark, it writes `<name>-<version>-parquet/` alone: the same tables, each as a folder of Parquet.
    """
    from provisions.package import open_package, publish

    engine = choose_engine(engine_name, master, stage, tables)
    if engine.name == "spark":
        if last or site or memory_limit:
            raise click.UsageError(
                "--last, --site and --memory-limit are for the release that one machine writes, without Spark."
            )
        with open_package(package) as opened, progress("Publishing"):
            written = opened.publish_parquet(output, engine)
        click.echo(f"{written.folder}  {len(written.files)} files")
        click.echo(f"{written.folder / 'SHA256SUMS'}  sha256 {written.sha256}")
        return
    with progress("Publishing"):
        release = publish(output, package, last, site=site, memory_limit=memory_limit)
    for note in release.notes:
        click.echo(f"provisions: {note}", err=True)
    click.echo(f"{release.folder}  {len(release.files)} files")
    click.echo(f"{release.archive}")
    click.echo(f"{release.folder / 'SHA256SUMS'}  sha256 {release.sha256}")
