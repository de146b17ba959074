"""`provisions fmt`: the tables in their canonical form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import package_argument, write

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "fmt",
    short_help="Put the CSV files into their one canonical form.",
    epilog="Examples: provisions fmt; provisions fmt --diff",
)
@package_argument
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where a file is not in its canonical form.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.pass_context
def command(ctx: click.Context, package: Path | None, check: bool, diff: bool) -> None:
    """Rewrites each CSV file of a package: UTF-8, LF, quotes only where needed, columns in the order of the schema, rows in
    the order of their key, cells trimmed and in Unicode NFC. Nothing is lost, and all files are written or none.
    """
    import difflib

    from provisions.package import format_package

    changed = format_package(package, dry_run=check or diff)
    for path, (was, now) in changed.items():
        if diff:
            lines = difflib.unified_diff(was.split("\n"), now.split("\n"), str(path), str(path), n=0, lineterm="")
            write("\n".join(lines) + "\n")
        else:
            write(f"{path}: {'not in canonical form' if check else 'formatted'}\n")
    if not changed:
        write("Every file is in its canonical form.\n")
    ctx.exit(1 if changed and (check or diff) else 0)
