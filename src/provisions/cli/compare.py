"""`provisions compare`: our codings beside another data set."""

from __future__ import annotations

from pathlib import Path

import click

from provisions.cli._options import format_option, output_option, to_json, write


@click.command(
    "compare",
    short_help="Compare the codings with your copy of another data set.",
    epilog="Example: provisions compare atop atop4_01a.csv",
)
@click.argument("dataset", type=click.Choice(["atop", "dcad"]))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-p", "--package", type=click.Path(path_type=Path), help="The package. [default: the one here]")
@format_option("text", "json")
@output_option
def command(dataset: str, files: tuple[Path, ...], package: Path | None, form: str, output: Path | None) -> None:
    """Reads the FILES of a data set (ATOP alliance, phase or member files, versions 3 to 5; the agreement file of DCAD) and
    prints how far it agrees with the codings here, and each difference with the provisions that ours rests on.
    """
    import dataclasses

    from provisions.package import open_package
    from provisions.pages.comparison import write_comparison

    with open_package(package) as opened:
        found = opened.compare(dataset, files)
    if form == "json":
        value = {
            "dataset": found.dataset,
            "agreements": [dataclasses.asdict(one) for one in found.agreements()],
            "cells": [dataclasses.asdict(cell) for cell in found.cells],
            "unknown": found.unknown,
        }
        write(to_json(value), output)
    else:
        write(write_comparison(found), output)
