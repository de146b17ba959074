"""`provisions validate`: the verdict on a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import format_option, output_option, package_argument, write

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "validate",
    short_help="Check a package, and say what to mend.",
    epilog="Example: provisions validate datapackage -f json --limit 1000",
)
@package_argument
@format_option("text", "json")
@output_option
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Findings listed of each rule; counts are exact anyway.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="From which severity on to exit with 1.",
)
@click.option("--memory-limit", metavar="SIZE", help="Memory of the engine, as 1GB; beyond it, it spills to disk.")
@click.pass_context
def command(
    ctx: click.Context,
    package: Path | None,
    form: str,
    output: Path | None,
    limit: int,
    fail_on: str,
    memory_limit: str | None,
) -> None:
    """Checks a Data Package: files, schemas, keys and, for treaty data, the cross-reference rules.

    Every fault is told in one run, with file, line and column.
    """
    from provisions.package import validate
    from provisions.reports import FORMATS

    report = validate(package, limit, memory_limit)
    write(FORMATS[form](report), output)
    failing = {"error": report.errors, "warning": report.errors + report.warnings, "never": 0}[fail_on]
    ctx.exit(1 if failing else 0)
