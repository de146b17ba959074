"""Options and output that the commands share."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

package_argument = click.argument("package", required=False, type=click.Path(path_type=Path))
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file, not to the screen."
)


def format_option(*formats: str) -> Callable[[Any], Any]:
    """`-f/--format` with these choices; the first is the default."""
    return click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Form of the output.",
    )


def write(text: str, output: Path | None = None) -> None:
    """Writes text to a file or to the screen, with colours only on a terminal and only where `NO_COLOR` is not set."""
    from provisions.errors import ProvisionsError
    from provisions.layout import plain

    if output is None:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        click.echo(text if colour else plain(text), nl=False, color=colour or None)
        return
    try:
        output.write_text(plain(text), encoding="utf-8")
    except OSError as error:
        raise ProvisionsError(f"{output}: cannot be written ({error.strerror or error}).") from error


def to_json(value: Any) -> str:
    """Plain values as JSON; dates as ISO text."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"
