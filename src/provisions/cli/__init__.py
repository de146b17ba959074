"""The command line: one command a file, each one library call. Holds no logic; turns `ProvisionsError` into exit code 3."""

from __future__ import annotations

import atexit
import contextlib
import difflib
import io
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from provisions import __version__
from provisions.errors import ProvisionsError
from provisions.layout import clean

if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

_LONG = 2_000
_ONCE = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_COMMANDS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


class _StoppedError(KeyboardInterrupt):
    """Told to stop. No plain `KeyboardInterrupt`: Python recalls one that passed an `exec`, as imports do, and `-m` then ends by SIGINT."""


class _Commands(click.Group):
    """Finds the commands by their files, and imports only the one that is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return _COMMANDS

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"provisions.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        near = difflib.get_close_matches(args[0], _COMMANDS, 1)
        if args[0] not in _COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ProvisionsError as error:
            told = "\n".join(map(clean, str(error)[: _LONG + 1].split("\n")))
            click.echo(f"provisions: {told if len(told) <= _LONG else f'{told[:_LONG]}…'}", err=True)
            ctx.exit(3)
        except KeyboardInterrupt:
            click.echo("provisions: stopped.", err=True)
            ctx.exit(130)
        except BrokenPipeError:
            raise
        except OSError as error:  # of the machine, at a place where none is expected
            place = f"{error.filename}: " if error.filename else ""
            click.echo(f"provisions: {place}{error.strerror or error}.", err=True)
            ctx.exit(3)
        except MemoryError:
            click.echo("provisions: out of memory.", err=True)
            ctx.exit(3)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="PACKAGE is a folder, a datapackage.json or a release zip; left out, it is the package here or in ./datapackage, else the data that "
    "ships with this program. Exit codes: 0 clean, 1 findings, 2 usage, 3 no verdict possible, 130 stopped (or 128 and the number of the signal).",
)
@click.version_option(__version__, prog_name="provisions")
def main() -> None:
    """Security-treaty provisions as open data: validate, cross-reference and publish them.

    \b
    provisions show rus-blr-2024      one treaty, and every word it rests on
    provisions validate               check the package, and say what to mend
    provisions evidence               what supports the data, what contradicts it
    """


def run() -> None:
    """The entry point: click, with broken pipes ended quietly, and what tells it to stop taken as Ctrl-C is."""
    stopped: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  the signature of handlers
        for each in _ONCE:
            signal.signal(each, signal.SIG_IGN)  # it is being done
        stopped.append(number)
        raise _StoppedError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what the screen cannot show is spelled out
    for number in (signal.SIGINT, *_ONCE):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, stop)
    try:
        main()
    except SystemExit as error:
        if stopped:
            _leave(128 + stopped[0])
        if error.code == 3:  # perhaps for a time limit
            _leave(3)
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception:
        if not stopped:
            raise
        click.echo("provisions: stopped.", err=True)  # libraries pass it on in their own way
        _leave(128 + stopped[0])


def _leave(code: int) -> NoReturn:
    """Ends this process, also where a library is in the middle of a call that nothing ends."""
    from provisions.running import is_at_work

    if not is_at_work():
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001  it removes temporary folders
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)
