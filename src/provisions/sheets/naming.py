"""Ids of rows that a sheet gives none: from what the row is about, the same every time. Looks at no file."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict, deque
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


# By what an edited row is recognised: the columns that still agree, from the surest to the last that is enough.
_SIGNS = {
    "statements": (
        ("property", "value", "speaker_id", "passage", "locator", "quote", "claim"),
        ("property", "value", "speaker_id", "passage", "locator", "quote"),
        ("property", "value", "speaker_id", "passage", "locator", "claim"),
        ("property", "value", "speaker_id", "passage", "locator"),
        ("property", "speaker_id", "claim"),
        ("property", "speaker_id"),
        ("property",),
        (),
    ),
    "actions": (("date", "end_date", "place"), ("date",), ()),
    "provisions": (
        ("locator", "category_id", "modality", "trigger", "summary"),
        ("locator", "category_id", "summary"),
        ("locator", "category_id", "modality"),
        ("locator", "category_id"),
        ("category_id", "summary"),
        ("locator",),
    ),
    "relations": (("from_provision_id", "to_provision_id"), ("from_provision_id",), ()),
}
# What no edited row may differ in: it would be about something else.
_SUBJECT = {
    "statements": ("treaty_id", "provision_id", "action_id", "party_id", "source_id"),
    "actions": ("treaty_id", "party_id", "kind"),
    "provisions": ("treaty_id",),
    "relations": ("from_treaty_id", "kind", "to_treaty_id"),
}


def name_rows(table: str, rows: Sequence[Cells], old: Iterable[Cells], elsewhere: Iterable[str]) -> None:
    """Gives each row without an id one.

    It is the id of the row in `old`, which these replace, that it continues: first each unchanged row takes its own, then
    the others theirs by the surest signs that are left (`_SIGNS`), those that agree equally in their order. One sign
    alone, or none, is enough only for an id that was made here. A row that continues none takes the stem, or the stem
    with the first number that is free; ids `elsewhere` are not.
    """
    taken = {row["id"] for row in rows if row["id"]} | set(elsewhere)
    unnamed = [row for row in rows if not row["id"]]
    left = sorted((row for row in old if row["id"] not in taken), key=natural)
    columns = tuple(column for column in rows[0] if column != "id") if rows else ()
    for signs in (columns, *_SIGNS[table]):
        if not (unnamed and left):
            break
        known: dict[tuple[str, ...], deque[str]] = defaultdict(deque)
        for row in left:
            if len(signs) > 1 or _is_made(table, row):
                known[_values(table, row, signs)].append(row["id"])
        for row in unnamed:
            values = _values(table, row, signs)
            if (any(values[: len(signs)]) or not signs) and (same := known.get(values)):
                row["id"] = same.popleft()
                taken.add(row["id"])
        unnamed = [row for row in unnamed if not row["id"]]
        left = [row for row in left if row["id"] not in taken]
    numbers: Counter[str] = Counter()
    for row in unnamed:
        first = stem(table, row)
        while not row["id"]:
            numbers[first] += 1
            name = first if numbers[first] == 1 else f"{first}-{numbers[first]}"
            if name not in taken:
                row["id"] = name
                taken.add(name)


def natural(row: Cells) -> list[tuple[int, int, str]]:
    """A key to sort rows by id with, in which 2 comes before 10."""
    return [
        (0, int(part), "") if part.isdecimal() and len(part) < 100 else (1, 0, part)
        for part in re.split(r"([0-9]+)", row["id"])
    ]


def _values(table: str, row: Cells, signs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row[column] for column in (*signs, *_SUBJECT[table]))


def _is_made(table: str, row: Cells) -> bool:
    """Whether the id is one that a row like this is given here."""
    first = stem(table, row)
    rest = row["id"].removeprefix(first)
    return rest != row["id"] and re.fullmatch("(-[0-9]+)?", rest) is not None
