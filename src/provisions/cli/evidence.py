"""`provisions evidence`: what supports the data and what contradicts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import format_option, output_option, split_names, to_json, write

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "evidence",
    short_help="What supports the data, what contradicts it.",
    epilog="Examples: provisions evidence rus-blr-2024-art-5; provisions evidence --source hotscup-2024",
)
@click.argument("names", nargs=-1, metavar="[ID] [PACKAGE]")
@click.option("--source", help="Print this source sentence by sentence, with the statements that anchor each.")
@format_option("text", "json")
@output_option
def command(names: tuple[str, ...], source: str | None, form: str, output: Path | None) -> None:
    """Without ID, sums up the whole package: support by independent origins, contradictions, retellings.

    With the ID of a provision, an action, a party, a treaty or a statement, shows the statements about it; for a
    statement, the chain of retellings that it belongs to.
    """
    from provisions.package import open_package
    from provisions.pages import evidence as pages

    key, place = split_names(names, "ID")
    with open_package(place) as package:
        if source:
            rows = package.anchors(source)
            write(to_json(rows) if form == "json" else pages.write_anchors(source, rows), output)
        elif key:
            row, remarks = package.evidence(key)
            write(
                to_json(row | {"statements": remarks}) if form == "json" else pages.write_evidence(row, remarks), output
            )
        else:
            summary, contradicting, chains = package.evidence_summary()
            value = {"support": summary, "contradictions": contradicting, "retellings": chains}
            write(to_json(value) if form == "json" else pages.write_summary(summary, contradicting, chains), output)
