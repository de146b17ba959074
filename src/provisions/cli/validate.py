"""`provisions validate`: the verdict on a package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from provisions.cli._options import (
    choose_engine,
    engine_options,
    memory_option,
    output_option,
    package_argument,
    progress,
    write,
)
from provisions.errors import UsageError
from provisions.limits import Limits, read_limit

if TYPE_CHECKING:
    _Type = click.ParamType[Any]
else:
    _Type = click.ParamType  # generic from click 8.4 on only

_FORMS = ("text", "json", "jsonl", "github", "markdown", "sarif", "junit", "gitlab", "rdjson")


class _Report(_Type):
    """`FORM` or `FORM:FILE`."""

    name = "FORM[:FILE]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path | None]:
        form, _, file = value.partition(":") if isinstance(value, str) else (value[0], "", "")
        if form not in _FORMS:
            self.fail(f"{form!r} is none of {', '.join(_FORMS)}.", param, ctx)
        return form, Path(file) if file else None


class _Limit(_Type):
    """`NUMBER` or `NAME=NUMBER`."""

    name = "[NAME=]NUMBER"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        if isinstance(value, tuple):
            return value[0], value[1]
        try:
            return ("findings", click.IntRange(1).convert(value, param, ctx)) if value.isdigit() else read_limit(value)
        except UsageError as error:
            self.fail(str(error), param, ctx)


@click.command(
    "validate",
    short_help="Check a package, and say what to mend.",
    epilog="Examples: provisions validate datapackage -f text -f sarif:findings.sarif; provisions validate --changed-since origin/main",
)
@package_argument
@click.option(
    "-f",
    "--format",
    "forms",
    type=_Report(),
    multiple=True,
    default=["text"],
    help=f"Form of the report, and the file for it; can be given several times. One of {', '.join(_FORMS)}. [default: text]",
)
@output_option
@click.option(
    "--limit",
    "limits",
    type=_Limit(),
    multiple=True,
    help="A number alone: findings listed of each rule, 100 if not given; counts are exact anyway. With a name: how much a "
    f"package may ask for, as --limit columns=20000; can be given several times. Names: {', '.join(Limits.names())}.",
)
@click.option(
    "--time-limit", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="Give up after so long (exit 3)."
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="From which severity on to exit with 1.",
)
@click.option(
    "--select", multiple=True, metavar="RULE", help="Tell only this rule; `*` stands for anything, as in `schema/*`."
)
@click.option("--ignore", multiple=True, metavar="RULE", help="Do not tell this rule.")
@click.option(
    "--changed-since", metavar="REVISION", help="Tell only what the work since this git revision brought about."
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Tell only what this earlier report (`-f json`) does not have.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing where nothing fails.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Say of every rule how often it was broken, and of every table its rows."
)
@memory_option
@engine_options
@click.option(
    "--findings",
    metavar="FOLDER",
    help="With Spark: a new folder, or a place with a scheme, for all findings of checks, as Parquet parted by rule and table.",
)
@click.pass_context
def command(
    ctx: click.Context,
    package: Path | None,
    forms: tuple[tuple[str, Path | None], ...],
    output: Path | None,
    limits: tuple[tuple[str, int], ...],
    time_limit: float | None,
    fail_on: str,
    memory_limit: str | None,
    quiet: bool,
    verbose: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    changed_since: str | None,
    baseline: Path | None,
    engine_name: str | None,
    master: str | None,
    stage: Path | None,
    findings: str | None,
    tables: tuple[tuple[str, str], ...],
) -> None:
    """Checks a Data Package: files, schemas, keys and, for treaty data, the cross-reference rules.

    Every fault is told in one run, with file, line and column.
    """
    from provisions.layout import plain
    from provisions.package import validate
    from provisions.pages.rules import write_counts
    from provisions.reports import write_report
    from provisions.rules import read_rules
    from provisions.validation import DEFAULT_LIMIT

    engine = choose_engine(engine_name, master, stage, tables, findings)
    given = dict(limits)
    with progress("Validating"):
        report = validate(
            package,
            given.pop("findings", DEFAULT_LIMIT),
            memory_limit,
            select=select,
            ignore=ignore,
            baseline=baseline,
            changed_since=changed_since,
            time_limit=time_limit,
            limits=given,
            engine=engine,
        )
    prose = {rule.name: rule.prose for rule in read_rules()}
    failing = {"error": report.errors, "warning": report.errors + report.warnings, "never": 0}[fail_on]
    for form, file in forms:
        if failing or file or output or not quiet:
            write(write_report(report, form, prose), file or output)
    if verbose:
        click.echo(plain(write_counts(report, prose)), err=True, nl=False)
    ctx.exit(1 if failing else 0)
