"""How much a package may ask for: each limit has a name, a number and a message that says how to raise it."""

from __future__ import annotations

import difflib
import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from provisions.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_NUMBER = re.compile(r"([0-9][0-9_]{0,18})\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """The limits, as they are where nobody raises them. A number may be raised and lowered, depth to 250 at most."""

    document_bytes: int = 16 * 1024**2  # of a descriptor, a schema, a file of JSON rows or a source document
    document_depth: int = 64  # levels of nesting in JSON and YAML
    tables: int = 10_000  # tables of a package
    columns: int = 10_000  # columns of a table
    file_bytes: int = 1024**3  # of a file that must be unpacked, decoded or read cell by cell
    compression_ratio: int = 200  # times as large as it is packed, beyond 64 MiB, that what is unpacked may be
    archive_files: int = 10_000  # files in a zip that is a package
    archive_bytes: int = 8 * 1024**3  # of all files in a zip that is a package, unpacked
    spill_bytes: int = (
        64 * 1024**3
    )  # that the engine may write to the temporary folder; never more than nine tenths of what is free
    subschemas: int = 20_000  # schemas that a row schema unfolds into, references followed
    sql_characters: int = 4_000_000  # of the checks that one schema becomes
    pattern_size: int = 20_000  # instructions that a pattern becomes which Python must match
    pattern_steps: int = 10_000_000  # steps that matching one such pattern may take, over all cells

    @staticmethod
    def names() -> list[str]:
        """Their names, as they are written on the command line."""
        return [field.name.replace("_", "-") for field in fields(Limits)]


_LIMITS: ContextVar[Limits] = ContextVar("_LIMITS", default=Limits())  # noqa: B039  it is frozen


def limits() -> Limits:
    """The limits that hold here."""
    return _LIMITS.get()


@contextmanager
def raised(values: Mapping[str, int]) -> Iterator[None]:
    """Within it, other limits hold, given by name: `raised({"columns": 20_000})`. Raises `UsageError`."""
    known = {name.replace("-", "_"): number for name, number in values.items()}
    for name in known:
        check_name(name)
    if not 1 <= known.get("document_depth", 1) <= 250 or any(number < 1 for number in known.values()):
        raise UsageError("A limit is a number from 1; document-depth one from 1 to 250.")
    token = _LIMITS.set(replace(_LIMITS.get(), **known))
    try:
        yield
    finally:
        _LIMITS.reset(token)


def read_limit(text: str) -> tuple[str, int]:
    """`NAME=NUMBER` as the two; a number may end in K, M, G or T, with or without B. Raises `UsageError`."""
    name, _, number = text.partition("=")
    check_name(name)
    match = _NUMBER.fullmatch(number)
    if not match:
        raise UsageError(f"The limit {name} needs a number, such as {name}=20000 or {name}=4GB, not {number!r}.")
    return name, int(match[1].replace("_", "")) * _UNITS[match[2].lower()]


def check_name(name: str) -> None:
    """Raises `UsageError` where there is no such limit, and says which was probably meant."""
    names = Limits.names()
    if name.replace("_", "-") not in names:
        near = difflib.get_close_matches(name.replace("_", "-"), names, 1)
        meant = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(names)}."
        raise UsageError(f"There is no limit {name!r}. {meant}")


def beyond(name: str) -> str:
    """What is said of what is beyond a limit: “more than 10,000 columns (raise it with --limit columns=…)”."""
    number = getattr(limits(), name.replace("-", "_"))
    return f"the limit {name} is {number:,}; raise it with --limit {name}=NUMBER"
