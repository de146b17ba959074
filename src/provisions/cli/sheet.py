"""`provisions sheet`: a coding sheet, of a treaty or to fill in, and the schema of sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provisions.cli._options import complete_treaty, output_option, package_argument, write

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA_FILE = "sheet.schema.json"


@click.command(
    "sheet",
    short_help="One treaty as a sheet to read and change, or a new one.",
    epilog="Examples: provisions sheet rus-blr-2024 -o sheet.yaml; provisions sheet --new anzus-1951 -o anzus-1951.yaml",
)
@click.argument("treaty", required=False, shell_complete=complete_treaty)
@package_argument
@click.option("--new", is_flag=True, help="A blank sheet to fill in, commented; TREATY, if given, is its id.")
@click.option("--schema", is_flag=True, help="The JSON Schema of sheets, for editors.")
@click.option("--comments", is_flag=True, help="Say what each key means, and the values it may have.")
@output_option
def command(
    treaty: str | None, package: Path | None, output: Path | None, *, new: bool, schema: bool, comments: bool
) -> None:
    """Prints everything about one TREATY as one nested YAML document, which `provisions add` takes back.

    Where sheet.schema.json, as --schema gives it, lies in the folder of the output, the sheet begins with a line that
    tells editors to complete and check it by that schema.
    """
    from datetime import date

    from provisions.documents import write_json
    from provisions.package import open_package
    from provisions.sheets import sheet_schema, write_blank

    if (new and schema) or (schema and treaty) or (new and package):
        raise click.UsageError("Give TREATY [PACKAGE], or --new [TREATY], or --schema.")
    if schema:
        write(write_json(sheet_schema()), output)
        return
    if new:
        text = write_blank(treaty or "", date.today().isoformat())  # noqa: DTZ011 – the day where the coder is
    elif treaty:
        with open_package(package) as opened:
            text = opened.sheet(treaty, comments=comments)
    else:
        raise click.UsageError("Give the id of a TREATY, or --new.")
    beside = output is not None and (output.parent / _SCHEMA_FILE).is_file()
    write((f"# yaml-language-server: $schema={_SCHEMA_FILE}\n" if beside else "") + text, output)
