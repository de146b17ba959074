"""Table Dialect (v2; v1: CSV Dialect): how a table is laid out in its file. What is not understood is refused, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from provisions.celltypes import json_text
from provisions.delimited import Syntax
from provisions.errors import SchemaError

# Properties that say nothing of delimited text or of JSON, and those that only describe.
_IGNORED = {"$schema", "name", "type", "title", "description", "csvddfVersion", "sheetNumber", "sheetName", "table"}
_TEXTS = (
    "delimiter",
    "quoteChar",
    "escapeChar",
    "lineTerminator",
    "commentChar",
    "nullSequence",
    "headerJoin",
    "property",
)
_FLAGS = ("header", "doubleQuote", "skipInitialSpace", "caseSensitiveHeader", "skipBlankRows")
_ROWS = ("headerRows", "commentRows")


@dataclass(frozen=True)
class Dialect:
    """The layout of a table. `header_rows` are the numbers of the rows that make the header, none where there is none."""

    syntax: Syntax = field(default_factory=Syntax)
    header_rows: tuple[int, ...] = (1,)
    header_join: str = " "
    case_sensitive: bool = True
    skip_blank: bool = False
    null: str | None = None
    rows_at: str = ""
    item_keys: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether the engine can read such a file as it is."""
        return self == Dialect()


def read_dialect(given: Any, where: str, *, tabs: bool = False) -> Dialect:
    """A dialect from its descriptor; `tabs` says that cells are separated by tabs unless it says otherwise.

    Raises `SchemaError` for what is not supported.
    """
    if not isinstance(given, dict):
        raise SchemaError(f"{where}: `dialect` must be an object.")
    given = {key: value for key, value in given.items() if value is not None and key not in _IGNORED}
    for key, value in given.items():
        _check(key, value, where)
    quote, escape = given.get("quoteChar", '"'), given.get("escapeChar", "")
    if len(quote) > 1 or len(escape) > 1:
        raise SchemaError(f"{where}: `quoteChar` and `escapeChar` are single characters.")
    syntax = Syntax(
        delimiter=given.get("delimiter", "\t" if tabs else ","),
        quote=quote,
        doubled=given.get("doubleQuote", True) or quote == escape,
        escape="" if quote == escape else escape,
        terminator="" if given.get("lineTerminator") in ("\n", "\r\n") else given.get("lineTerminator", ""),
        skip_space=given.get("skipInitialSpace", False),
        comment=given.get("commentChar", ""),
        skipped=frozenset(given.get("commentRows", ())),
    )
    if not syntax.delimiter or syntax.delimiter in (quote, escape, "\n", "\r"):
        raise SchemaError(f"{where}: the delimiter {syntax.delimiter!r} cannot separate cells.")
    rows = sorted(given.get("headerRows", [1])) if given.get("header", True) else []
    return Dialect(
        syntax=syntax,
        header_rows=tuple(rows),
        header_join=given.get("headerJoin", " "),
        case_sensitive=given.get("caseSensitiveHeader", True),
        skip_blank=given.get("skipBlankRows", False),
        null=given.get("nullSequence"),
        rows_at=given.get("property", ""),
        item_keys=tuple(given.get("itemKeys", ())),
    )


def join_header(rows: list[list[str]], join: str) -> list[str]:
    """The names of the columns from the rows of a header: their cells from above to below.

    A row that is shorter than the longest goes on with its last cell, as in the standard’s example; an empty cell adds
    nothing, and neither does one that repeats the cell above.
    """
    width = max(map(len, rows), default=0)
    names = []
    for place in range(width):
        parts: list[str] = []
        for row in rows:
            part = (row[place] if place < len(row) else row[-1]) if row else ""
            if part and part not in parts[-1:]:
                parts.append(part)
        names.append(join.join(parts))
    return names


def _check(key: str, value: Any, where: str) -> None:
    rows = isinstance(value, list) and all(type(item) is int and item > 0 for item in value)
    right = {
        **dict.fromkeys(_TEXTS, (isinstance(value, str), "a text")),
        **dict.fromkeys(_FLAGS, (isinstance(value, bool), "true or false")),
        **dict.fromkeys(_ROWS, (rows, "a list of row numbers from 1")),
        "itemType": (value in ("array", "object"), "array or object"),
        "itemKeys": (isinstance(value, list) and all(isinstance(item, str) for item in value), "a list of texts"),
    }
    if key not in right:
        raise SchemaError(f"{where}: the property {key!r} of a dialect is not supported.")
    if not right[key][0]:
        raise SchemaError(f"{where}: `{key}` of the dialect must be {right[key][1]}, not {json_text(value)}.")
