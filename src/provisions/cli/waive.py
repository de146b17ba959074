"""`provisions waive`: accept a finding, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import package_argument, write

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "waive",
    short_help="Accept a finding, with a reason.",
    epilog="Example: provisions waive 3f2a9c0d1e4b5a67 --reason “The agency misprinted the date; the treaty text has the 6th.”",
)
@click.argument("fingerprint")
@package_argument
@click.option("--reason", required=True, help="Why it is accepted; for a contradiction, how it was decided.")
def command(fingerprint: str, package: Path | None, reason: str) -> None:
    """Adds a row to waivers.csv for the finding of that FINGERPRINT (`provisions validate` shows it), so that it counts no more.
    When the finding is gone, the waiver is stale, and an error.
    """
    from provisions.package import open_package

    with open_package(package) as opened:
        finding = opened.waive(fingerprint, reason)
    write(f"Waived: {finding.rule} on {finding.table} {finding.key}.\n")
