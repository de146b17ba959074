"""`provisions fetch`: a published release, or some of its files, onto this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command(
    "fetch",
    short_help="Download a release, and hold it against its checksums.",
    epilog="Example: provisions fetch 0.1.0 --from 'https://example.org/releases/{version}' --file flat.csv -o .",
)
@click.argument("version", required=False)
@click.option(
    "--from", "source", help="Address (https: or file:) or folder of the release; {version} stands for VERSION."
)
@click.option("--sums", help="SHA-256 that SHA256SUMS must have.")
@click.option("--file", "files", multiple=True, help="File to fetch, or a pattern; repeatable. [default: the zip]")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Put them into a folder in this one."
)
def command(
    version: str | None, source: str | None, sums: str | None, files: tuple[str, ...], output: Path | None
) -> None:
    """Fetches the zip of the package, or the files named, of release VERSION, and holds each against SHA256SUMS before it is
    under its name. What is in the cache already is not asked for again.
    """
    from provisions.fetching import fetch_release

    watched = sys.stderr is not None and sys.stderr.isatty()

    def tell(name: str, done: int, size: int | None) -> None:
        if watched:
            share = f" of {size:,}" if size else ""
            click.echo(f"\r\x1b[K{name}: {done:,}{share} bytes", err=True, nl=False)

    try:
        fetched = fetch_release(version, source, sums, files, output, tell)
    finally:
        if watched:
            click.echo("\r\x1b[K", err=True, nl=False)
    for note in fetched.notes:
        click.echo(f"provisions: {note}", err=True)
    for name in fetched.files:
        click.echo(f"{fetched.folder / name}")
    click.echo(f"{fetched.folder / 'SHA256SUMS'}  sha256 {fetched.sha256}")
