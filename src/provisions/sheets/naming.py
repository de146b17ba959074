"""Ids of rows that a sheet gives none: from what the row is about, the same every time. Looks at no file."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Cells = dict[str, str]


def slug(*words: str) -> str:
    """Words as an id: lower-case letters and digits of ASCII, joined by hyphens; `Article` becomes `art`."""
    text = unicodedata.normalize("NFKD", " ".join(words)).encode("ascii", "ignore").decode().lower()
    parts = ("art" if part in ("article", "articles") else part for part in re.findall("[a-z0-9]+", text))
    return "-".join(parts)


def stem(table: str, row: Cells) -> str:
    """The id of a row, before it is numbered: what it belongs to, then what tells it from others there."""
    if table == "provisions":
        return slug(row["treaty_id"], row["locator"] or row["category_id"])
    if table == "actions":
        return slug(row["treaty_id"], row["party_id"], row["kind"])
    if table == "relations":
        return slug(row["from_treaty_id"], row["kind"], row["to_treaty_id"])
    return slug(row["source_id"], row["action_id"] or row["provision_id"] or row["treaty_id"], row["party_id"])


def name_rows(table: str, rows: Sequence[Cells], old: Iterable[Cells], elsewhere: Iterable[str]) -> None:
    """Gives each row without an id one.

    A row that stands in `old`, the rows that these replace, keeps the id that it has there. Any other takes the stem,
    or the stem with the first number that is free; ids `elsewhere` are not.
    """
    taken = {row["id"] for row in rows if row["id"]} | set(elsewhere)
    known: dict[tuple[str, ...], list[str]] = {}
    for row in old:
        known.setdefault(_content(row), []).append(row["id"])
    unnamed = [row for row in rows if not row["id"]]
    for row in unnamed:
        kept = next((key for key in known.get(_content(row), ()) if key not in taken), "")
        if kept:
            row["id"] = kept
            taken.add(kept)
    for row in unnamed:
        if not row["id"]:
            first = stem(table, row)
            number = 1
            while (name := first if number == 1 else f"{first}-{number}") in taken:
                number += 1
            row["id"] = name
            taken.add(name)


def _content(row: Cells) -> tuple[str, ...]:
    return tuple(value for column, value in sorted(row.items()) if column != "id")
