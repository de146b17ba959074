"""`provisions compile`: schemas and metadata → datapackage.json."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    "compile",
    short_help="Write datapackage.json from the schemas and package.yaml.",
    epilog="Example: provisions compile --check",
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("datapackage"))
@click.option("--check", is_flag=True, help="Write nothing; fail when datapackage.json is not up to date.")
@click.pass_context
def command(ctx: click.Context, folder: Path, check: bool) -> None:
    """Writes FOLDER/datapackage.json (left out: ./datapackage) from FOLDER/package.yaml and the JSON Schemas."""
    from provisions.publication.metadata import compile_descriptor, write_descriptor

    path = folder / "datapackage.json"
    text = compile_descriptor(folder)
    fresh = path.is_file() and path.read_bytes() == text.encode()
    if check and not fresh:
        click.echo(f"{path} is not up to date. Run `provisions compile`.", err=True)
        ctx.exit(1)
    if not fresh:
        write_descriptor(path, text)
    click.echo(f"{path} is up to date." if fresh else f"{path} written.")
