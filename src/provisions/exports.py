"""A table of results → a text or a file: CSV, JSON, Markdown, aligned text, Parquet, Stata. Knows no tables of ours."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import os
import re
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from provisions import dtafile
from provisions.dtafile import Variable
from provisions.engines import Result
from provisions.errors import ExportError
from provisions.layout import align, clean, style
from provisions.replacing import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

FILES = ("parquet", "dta")
MAX_SHOWN = 100
_CELL = 60
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What Stata and its matrix language keep for themselves.
_OWN = frozenset(
    """
    _all _b _coef _cons _n _N _pi _pred _rc _se _skip aggregate array boolean break byte case catch class colvector complex
    const continue default delegate delete do double else eltypedef end enum explicit export external float for friend
    function global goto if in inline int local long NULL pragma protected quad rowvector short strL typedef typename using
    virtual with
    """.split()  # noqa: SIM905  a list of words is read as words
)
_TYPE = re.compile(r"str\d+")


def defuse(result: Result) -> Result:
    """The same table, with an apostrophe before each text that a spreadsheet would take for a formula."""

    def tame(value: Any) -> Any:
        return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

    batches = ([tuple(map(tame, row)) for row in batch] for batch in result.batches)
    return Result(result.names, result.types, batches)


def write_text(result: Result, form: str) -> Iterator[str]:
    """The table in pieces: as `text` (at most 100 rows), `csv` (RFC 4180, LF), `json` (an array of objects) or `markdown`."""
    return TEXTS[form](result)


def write_file(result: Result, path: Path, form: str, title: str = "", labels: Mapping[str, str] | None = None) -> None:
    """Writes the table to a file in any of the forms, whole or not at all.

    `labels` (column → description) and the title go into a Stata file (version 118). Raises `ExportError`.
    """
    try:
        with whole_file(path) as made:
            if form == "parquet":
                _parquet(result, made)
            elif form == "dta":
                write_stata(result, made, title, labels or {})
            else:
                with made.open("w", encoding="utf-8", newline="") as file:
                    file.writelines(write_text(result, form))
    except OSError as error:
        raise ExportError(f"{path}: cannot be written ({error.strerror or error}).") from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(result: Result) -> Iterator[str]:
    rows = list(itertools.islice(result.rows(), MAX_SHOWN + 1))
    table = [[style(name, "bold") for name in result.names]]
    table += [[_shorten(clean(_cell(value))) for value in row] for row in rows[:MAX_SHOWN]]
    yield align(table) + "\n"
    if len(rows) > MAX_SHOWN:
        yield style(f"The first {MAX_SHOWN} rows; `-f csv` or `-o FILE.csv` gives all.", "dim") + "\n"
    elif not rows:
        yield style("No rows.", "dim") + "\n"


def _shorten(text: str, most: int = _CELL) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _csv(result: Result) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(result.names)
    for batch in result.batches:
        writer.writerows([_cell(value) for value in row] for row in batch)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _json(result: Result) -> Iterator[str]:
    lead = "[\n  "
    for row in result.rows():
        yield lead + json.dumps(dict(zip(result.names, row, strict=True)), ensure_ascii=False, default=str)
        lead = ",\n  "
    yield "\n]\n" if lead.startswith(",") else "[]\n"


def _markdown(result: Result) -> Iterator[str]:
    yield "| " + " | ".join(result.names) + " |\n|" + "---|" * len(result.names) + "\n"
    for row in result.rows():
        yield "| " + " | ".join(clean(_cell(value)).replace("|", "\\|") for value in row) + " |\n"


TEXTS: dict[str, Callable[[Result], Iterator[str]]] = {"text": _text, "csv": _csv, "json": _json, "markdown": _markdown}


def _parquet(result: Result, path: Path) -> None:
    """Through a second engine, as the first reads and writes no file."""
    import duckdb

    source = path.with_suffix(".csv")
    with source.open("w", encoding="utf-8", newline="") as file:
        file.writelines(_csv(result))
    try:
        with duckdb.connect() as engine:
            engine.execute("SET threads = 1")
            types = dict(zip(result.names, result.types, strict=True))
            table = engine.read_csv(
                str(source), header=True, columns=types, auto_detect=False, delimiter=",", quotechar='"'
            )
            table.write_parquet(str(path), compression="zstd")
    except duckdb.Error as error:
        raise ExportError(f"The Parquet file cannot be written ({str(error).splitlines()[0]}).") from error
    source.unlink()


@dataclass(frozen=True)
class Extent:
    """How much the cells of a column take: bytes of the longest text, the largest number without its sign."""

    longest: int = 0
    largest: float = 0


def write_stata(
    result: Result, path: Path, title: str, labels: Mapping[str, str], extents: Sequence[Extent] | None = None
) -> None:
    """Writes the table as a Stata file (release 118); `labels` are those of variables, by column.

    The rows are written as they come where `extents` tells of each column; else they are all read first.
    """
    batches: Iterable[Sequence[tuple[Any, ...]]] = result.batches
    if extents is None:
        rows = list(result.rows())
        columns = list(zip(*rows, strict=True)) or [()] * len(result.names)
        batches, extents = [rows] if rows else [], [_measure(cells) for cells in columns]
    names = _name_variables(result.names)
    variables = []
    for column, kind, extent in zip(result.names, result.types, extents, strict=True):
        label = _shorten(labels.get(column, "").replace("`", ""), dtafile.LABEL)
        variables.append(_choose(names[column], label, kind, extent))
    time = read_epoch() or dt.datetime.fromtimestamp(0, dt.UTC)
    dtafile.write_dta(path, variables, batches, _shorten(title, dtafile.LABEL), time)


def _choose(name: str, label: str, kind: str, extent: Extent) -> Variable:
    """How Stata can hold a column; a number that it has not, as a text."""
    if kind == "DATE":
        return Variable(name, label, "date")
    if kind == "BOOLEAN":
        return Variable(name, label, "byte", labels={0: "no", 1: "yes"})
    if kind in ("DOUBLE", "FLOAT") and extent.largest <= dtafile.DOUBLE:
        return Variable(name, label, "double")
    if (kind.endswith("INT") or kind == "INTEGER") and extent.largest <= dtafile.EXACT:
        return Variable(name, label, "long" if extent.largest <= dtafile.LONG else "double")
    if extent.longest > dtafile.STR:
        return Variable(name, label, "strL")
    return Variable(name, label, "str", max(extent.longest, 1))


def _measure(cells: Sequence[Any]) -> Extent:
    present = [cell for cell in cells if cell is not None]
    numbers = [abs(cell) for cell in present if isinstance(cell, (int, float))]
    largest = max(numbers, key=lambda number: inf if number != number else number, default=0)  # NaN is no number
    return Extent(max((len(str(cell).encode()) for cell in present), default=0), inf if largest != largest else largest)


def read_epoch() -> dt.datetime | None:
    """The time that files are to bear, `SOURCE_DATE_EPOCH`; None where it is not set. Raises `ExportError`."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch else None
    except (ValueError, OverflowError, OSError) as error:
        raise ExportError(f"SOURCE_DATE_EPOCH is {epoch!r}; it must be a number of seconds since 1970.") from error


def _name_variables(columns: Iterable[str]) -> dict[str, str]:
    """By column, a name that Stata takes: letters, digits and underscores, at most 32, none of its own words, none twice."""
    names: dict[str, str] = {}
    for column in columns:
        plain = re.sub(r"\W", "_", column, flags=re.ASCII)
        is_own = plain in _OWN or _TYPE.fullmatch(plain)
        name = f"_{plain}"[: dtafile.NAME] if is_own or not plain or plain[0].isdigit() else plain[: dtafile.NAME]
        number = 1
        while name in names.values():
            number += 1
            name = f"{name[: dtafile.NAME - 5]}_{number}"
        names[column] = name
    return names
