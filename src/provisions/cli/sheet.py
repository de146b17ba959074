"""`provisions sheet`: one treaty as a coding sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import output_option, package_argument, write

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "sheet",
    short_help="One treaty as a sheet to read and change.",
    epilog="Example: provisions sheet rus-blr-2024 -o sheet.yaml",
)
@click.argument("treaty")
@package_argument
@output_option
def command(treaty: str, package: Path | None, output: Path | None) -> None:
    """Prints everything about one TREATY as one nested YAML document, which `provisions add` takes back."""
    from provisions.package import open_package

    with open_package(package) as opened:
        write(opened.sheet(treaty), output)
