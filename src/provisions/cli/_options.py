"""Options and output that the commands share."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from provisions.engines.choice import ENGINES, EngineChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from provisions.engines import Result

package_argument = click.argument("package", required=False, type=click.Path(path_type=Path))


def complete_treaty(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001  click’s signature
    """The ids of treaties of the package here that begin like this, for the shell."""
    from provisions.package import open_package

    try:
        with open_package() as package:
            return [row["id"] for row in package.rows("treaties") if row["id"].startswith(incomplete)]
    except Exception:  # noqa: BLE001  a shell that completes must not be disturbed
        return []


output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file, not to the screen."
)


memory_option = click.option(
    "--memory-limit", metavar="SIZE", help="Memory of the engine, as 1GB; beyond it, it spills to disk."
)


class _Target(click.Path):
    """A path; a place with a scheme, which Spark alone writes to, stays as it was given."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if "://" in str(value) else super().convert(value, param, ctx)


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


def table_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`-f` and `-o` of a command whose result is a table; the ending of the file gives the form where `-f` does not."""
    from provisions.exports import FILES, TEXTS

    form = click.option(
        "-f",
        "--format",
        "form",
        type=click.Choice([*TEXTS, *FILES]),
        help="Form of the output. [default: text, or as the ending of the file says]",
    )
    tame = click.option(
        "--defuse", is_flag=True, help="Put an apostrophe before texts that a spreadsheet would take for a formula."
    )
    target = click.option(
        "-o",
        "--output",
        type=_Target(path_type=Path, dir_okay=False),
        help="Write to this file, not to the screen.",
    )
    return form(target(tame(function)))


class Held(click.ParamType[Any]):
    """`NAME=PLACE`."""

    name = "NAME=PLACE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, _, place = value.partition("=") if isinstance(value, str) else (value[0], "", value[1])
        if not name or not place:
            self.fail(f"{value!r} is not of the form NAME=PLACE.", param, ctx)
        return name, place


def engine_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--engine`, `--master`, `--stage` and `--table`, which `choose_engine` takes."""
    options = (
        click.option(
            "--engine",
            "engine_name",
            type=click.Choice(ENGINES),
            help="What does the work: duckdb, on this machine, or spark; see docs/scale.md. [default: duckdb, or spark with "
            "--master]",
        ),
        click.option(
            "--master",
            metavar="URL",
            help="Where Spark runs: local[2], local-cluster[2,1,1024], spark://host:7077, yarn, sc://host. "
            "[default: local[*]]",
        ),
        click.option(
            "--stage",
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            help="A folder that this machine and all executors of Spark see, for the tables while they are used.",
        ),
        click.option(
            "--table",
            "tables",
            type=Held(),
            multiple=True,
            help="With Spark: a table that it reads itself instead of files of the package; a path of Parquet, with any "
            "scheme, or a table of its catalogue, as --table statements=s3a://bucket/statements; can be given several times.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def choose_engine(
    name: str | None,
    master: str | None,
    stage: Path | None,
    tables: tuple[tuple[str, str], ...],
    findings: str | None = None,
) -> EngineChoice:
    """What the options say; any of Spark’s means Spark."""
    of_spark = bool(master or stage or tables or findings)
    if of_spark and name == "duckdb":
        raise click.UsageError("--master, --stage, --table and --findings are for --engine spark.")
    return EngineChoice(
        name or ("spark" if of_spark else "duckdb"), master or "local[*]", stage, findings, dict(tables)
    )


def write_table(
    result: Result,
    form: str | None,
    output: str | Path | None,
    title: str = "",
    labels: Mapping[str, str] | None = None,
    *,
    tame: bool = False,
) -> None:
    """Writes a table of results to the screen or a file."""
    from provisions.exports import FILES, TEXTS, defuse, write_file, write_text

    if tame:
        result = defuse(result)
    output = Path(output) if output is not None else None
    ending = output.suffix.lstrip(".") if output else ""
    form = form or {"md": "markdown"}.get(ending, ending if ending in (*TEXTS, *FILES) else "csv" if output else "text")
    if output is not None:
        write_file(result, output, form, title, labels)
    elif form in FILES:
        raise click.UsageError(f"A {form} file goes to a file: add -o FILE.{form}.")
    else:
        for piece in write_text(result, form):
            write(piece)


def split_names(names: tuple[str, ...], what: str) -> tuple[str | None, str | None]:
    """A name and a package, either of which may be left out, told apart by whether such a path exists."""
    given = [name for name in names if not Path(name).exists()]
    packages = [name for name in names if Path(name).exists()]
    if len(given) > 1 or len(packages) > 1:
        raise click.UsageError(f"Give at most one {what} and one PACKAGE; a package is a path that exists.")
    return next(iter(given), None), next(iter(packages), None)


@contextlib.contextmanager
def progress(doing: str) -> Iterator[None]:
    """Says on the error stream what is being done and for how long, once it takes more than a second; only on a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()

    def tell() -> None:
        begin = time.monotonic()
        while not done.wait(1.0):
            click.echo(f"\r{doing} … {time.monotonic() - begin:.0f} s", err=True, nl=False)
            told.set()

    told = threading.Event()
    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
        if told.is_set():
            click.echo(f"\r{' ' * (len(doing) + 12)}\r", err=True, nl=False)


def write(text: str, output: Path | None = None) -> None:
    """Writes text to a file or to the screen, with colours only on a terminal and only where `NO_COLOR` is not set."""
    from provisions.errors import ProvisionsError
    from provisions.layout import plain
    from provisions.replacing import whole_file

    if output is None and sys.stdout is None:
        return  # there is nowhere to write to; the exit code says the rest
    if output is None:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        try:
            click.echo(text if colour else plain(text), nl=False, color=colour or None)
        except BrokenPipeError:
            raise
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left over goes nowhere
            raise ProvisionsError(f"The output cannot be written ({error.strerror or error}).") from error
        return
    try:
        with whole_file(output) as made:
            made.write_bytes(plain(text).encode())
    except OSError as error:
        raise ProvisionsError(f"{output}: cannot be written ({error.strerror or error}).") from error


def to_json(value: Any) -> str:
    """Plain values as JSON; dates as ISO text."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"
