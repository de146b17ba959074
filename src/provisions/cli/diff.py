"""`provisions diff`: what differs between two packages, row by row, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import format_option, output_option, write

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


@click.command(
    "diff",
    short_help="Compare two packages row by row, and say what follows.",
    epilog="Examples: provisions diff main; provisions diff v0.1.0 v0.2.0 -f markdown; provisions diff old.zip new.zip; provisions diff dist/last-release --changelog",
)
@click.argument("base")
@click.argument("head", required=False)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day whose status is compared. [default: today]")
@click.option("--changelog", is_flag=True, help="Write what changed since the release BASE into CHANGELOG.md of HEAD.")
@format_option("text", "markdown", "json")
@output_option
def command(
    base: str, head: str | None, as_of: dt.datetime | None, changelog: bool, form: str, output: Path | None
) -> None:
    """Compares BASE with HEAD, each a folder, a release zip or a git revision; HEAD left out, it is the package here.

    Rows are matched by their keys, renamed ones found; then it is told which statuses, codings and panel cells differ in
    consequence, and, where BASE is a release, how high the next version must be: a major step where a table, column or allowed
    value goes, a minor one where some come or rows come and go, a patch where cells were corrected.
    """
    from provisions.pages.review import write_review, write_review_json, write_review_markdown
    from provisions.review import amend_changelog, review

    found = review(base, head, as_of.date() if as_of else None)
    if changelog:
        path, text = amend_changelog(found)
        write(text, path)
        click.echo(f"{path} says what changed since {base}.")
        return
    writers = {"text": write_review, "markdown": write_review_markdown, "json": write_review_json}
    write(writers[form](found), output)
