"""`provisions show`: the dossier of one treaty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import (
    complete_treaty,
    format_option,
    output_option,
    package_argument,
    to_json,
    write,
    write_table,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    "show", short_help="One treaty, and every word it rests on.", epilog="Example: provisions show rus-blr-2024"
)
@click.argument("treaty", shell_complete=complete_treaty)
@package_argument
@format_option("text", "json", "csv", "markdown")
@output_option
def command(treaty: str, package: Path | None, form: str, output: Path | None) -> None:
    """Shows all that the package knows of one TREATY: parties, life, provisions with who must do what for whom under
    which condition, what supports and what contradicts each, relations, sources.
    """
    import dataclasses

    from provisions.engines import quote_literal
    from provisions.package import dossier, open_package
    from provisions.pages.dossier import write_dossier

    if form in ("csv", "markdown"):
        with open_package(package) as opened:
            opened.dossier(treaty)
            clauses = f"SELECT * FROM clauses WHERE treaty_id = {quote_literal(treaty)} ORDER BY provision_id"
            write_table(opened.stream(clauses), form, output)
        return
    found = dossier(treaty, package)
    write(to_json(dataclasses.asdict(found)) if form == "json" else write_dossier(found), output)
