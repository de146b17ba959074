"""A table of results → a text or a file: CSV, JSON, Markdown, aligned text, Parquet, Stata. Knows no tables of ours."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import os
import re
from typing import TYPE_CHECKING, Any

from provisions.engines import Result
from provisions.errors import ExportError
from provisions.layout import align, clean, style
from provisions.replacing import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

FILES = ("parquet", "dta")
MAX_SHOWN = 100
_CELL = 60
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Stata: characters of a label and of the name of a variable; bytes of a text that is no long one.
_LABEL, _NAME, _STR = 80, 32, 2045
# Its largest integer, and the largest that its floating-point numbers hold exactly.
_LONG, _EXACT = 2_147_483_620, 2**53


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
                _stata(result, made, title, labels or {})
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


def _shorten(text: str) -> str:
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"


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


def _stata(result: Result, path: Path, title: str, labels: Mapping[str, str]) -> None:
    try:
        import pandas as pd
        from pandas.io.stata import StataParser
    except ImportError as error:
        raise ExportError("A Stata file needs pandas: pip install 'provisions[stata]'.") from error
    frame = pd.DataFrame(list(result.rows()), columns=list(result.names), dtype=object)
    dates: dict[Any, str] = {}
    long = []
    for name, kind in zip(result.names, result.types, strict=True):
        if kind == "DATE":
            frame[name] = pd.to_datetime(frame[name])
            dates[name] = "td"
        elif kind == "BOOLEAN":
            frame[name] = frame[name].astype("Int8")
        elif kind in ("DOUBLE", "FLOAT"):
            frame[name] = frame[name].astype("float64")
        elif kind.endswith("INT") or kind == "INTEGER":
            largest = max(map(abs, frame[name].dropna()), default=0)
            if largest > _EXACT:
                frame[name] = [_cell(None if pd.isna(value) else value) for value in frame[name]]
            else:
                frame[name] = frame[name].astype("Int32" if largest <= _LONG else "float64")
        else:
            frame[name] = frame[name].fillna("").astype(object)
            if frame[name].str.encode("utf-8").str.len().gt(_STR).any():
                long.append(name)
    names = _name_variables(result.names, StataParser().RESERVED_WORDS)
    frame = frame.rename(columns=names)
    frame.to_stata(
        path,
        write_index=False,
        version=118,
        convert_dates={names[name]: form for name, form in dates.items()},
        convert_strl=[names[name] for name in long],
        data_label=title[:_LABEL],
        variable_labels={
            names[name]: label.replace("`", "")[:_LABEL] for name, label in labels.items() if name in names
        },
        time_stamp=read_epoch() or dt.datetime.fromtimestamp(0, dt.UTC),
    )


def read_epoch() -> dt.datetime | None:
    """The time that files are to bear, `SOURCE_DATE_EPOCH`; None where it is not set. Raises `ExportError`."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch else None
    except (ValueError, OverflowError, OSError) as error:
        raise ExportError(f"SOURCE_DATE_EPOCH is {epoch!r}; it must be a number of seconds since 1970.") from error


def _name_variables(columns: Iterable[str], reserved: Collection[str]) -> dict[str, str]:
    """By column, a name that Stata takes: letters, digits and underscores, at most 32, none of its own words, none twice."""
    names: dict[str, str] = {}
    for column in columns:
        plain = re.sub(r"\W", "_", column, flags=re.ASCII)
        name = f"_{plain}"[:_NAME] if plain in reserved or not plain or plain[0].isdigit() else plain[:_NAME]
        number = 1
        while name in names.values():
            number += 1
            name = f"{name[: _NAME - 5]}_{number}"
        names[column] = name
    return names
