"""`provisions evidence`: what supports the data and what contradicts it."""

from __future__ import annotations

from pathlib import Path

import click

from provisions.cli._options import format_option, output_option, to_json, write


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

    ids = [name for name in names if not Path(name).exists()]
    packages = [name for name in names if Path(name).exists()]
    if len(ids) > 1 or len(packages) > 1:
        raise click.UsageError("Give at most one ID and one PACKAGE; a package is a path that exists.")
    with open_package(packages[0] if packages else None) as package:
        if source:
            rows = package.anchors(source)
            write(to_json(rows) if form == "json" else pages.write_anchors(source, rows), output)
        elif ids:
            row, remarks = package.evidence(ids[0])
            write(
                to_json(row | {"statements": remarks}) if form == "json" else pages.write_evidence(row, remarks), output
            )
        else:
            summary, contradicting, chains = package.evidence_summary()
            value = {"support": summary, "contradictions": contradicting, "retellings": chains}
            write(to_json(value) if form == "json" else pages.write_summary(summary, contradicting, chains), output)
