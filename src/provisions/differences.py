"""Two states of the same tables, compared by key: what was added, removed, changed or renamed. Knows no files."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from provisions.model import Table

Cells = dict[str, str]


@dataclass(frozen=True)
class Change:
    """What becomes of a row: `added`, `removed`, `changed` in these columns, or `renamed` from the key `was_key`.

    `was` and `now` have its cells by column before and after, where they are known.
    """

    table: str
    key: str
    kind: str
    columns: tuple[str, ...] = ()
    was_key: str | None = None
    was: Cells = field(default_factory=dict)
    now: Cells = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """All changes between two states of some tables, in their order; `keys` gives the new key of a row by its old one, by
    table, where it is another, because the row or what it refers to was renamed.
    """

    changes: tuple[Change, ...]
    keys: dict[str, dict[str, str]]


def row_key(cells: Mapping[str, str], table: Table) -> str:
    """The primary key of a row, its parts joined by `/`, as findings name it."""
    return "/".join(cells[name] for name in table.primary_key)


def compare_tables(
    before: Mapping[str, Sequence[Cells]], after: Mapping[str, Sequence[Cells]], tables: Mapping[str, Table]
) -> Difference:
    """What differs between two states of those tables, each row as cells by column, in the order of `tables`.

    A row whose key alone differs is `renamed`, and what refers to it by its old key and now by the new one has not changed.
    """
    renamed: dict[str, dict[str, str]] = {}
    keys: dict[str, dict[str, str]] = {}
    changes: dict[str, list[Change]] = {}
    for name in _in_order_of_reference(tables):
        table = tables[name]
        given = before.get(name, ())
        old = [_follow(cells, table, renamed) for cells in given]
        changes[name], renamed[name] = _find_renamed(table, compare_rows(table, old, after.get(name, ())))
        moved = ((row_key(was, table), row_key(now, table)) for was, now in zip(given, old, strict=True))
        keys[name] = {was: renamed[name].get(now, now) for was, now in moved if renamed[name].get(now, now) != was}
    return Difference(tuple(change for name in tables for change in changes[name]), keys)


def compare_rows(table: Table, before: Iterable[Cells], after: Iterable[Cells]) -> list[Change]:
    """What differs between two states of one table; a row whose key differs is one removed and one added."""
    old: dict[str, list[Cells]] = defaultdict(list)
    new: dict[str, list[Cells]] = defaultdict(list)
    for rows, by_key in ((before, old), (after, new)):
        for cells in rows:
            by_key[row_key(cells, table)].append(cells)
    changes = []
    for key in sorted({*old, *new}):
        was, now = old.get(key, []), new.get(key, [])
        if len(was) == len(now) == 1:
            columns = tuple(column for column in table.names if was[0][column] != now[0][column])
            changes += [Change(table.name, key, "changed", columns, None, was[0], now[0])] if columns else []
        elif was != now:
            kind = "added" if len(now) > len(was) else "removed" if len(now) < len(was) else "changed"
            gone, come = was[-1] if kind == "removed" else {}, now[-1] if kind == "added" else {}
            changes += [Change(table.name, key, kind, was=gone, now=come)] * max(1, abs(len(now) - len(was)))
    return changes


def _in_order_of_reference(tables: Mapping[str, Table]) -> list[str]:
    """The tables, each after those that it refers to, as far as they do not refer to each other."""
    ordered: list[str] = []

    def visit(name: str, above: frozenset[str]) -> None:
        if name in ordered or name in above or name not in tables:
            return
        for key in tables[name].foreign_keys:
            visit(key.to_table, above | {name})
        ordered.append(name)

    for name in tables:
        visit(name, frozenset())
    return ordered


def _follow(cells: Cells, table: Table, renamed: Mapping[str, Mapping[str, str]]) -> Cells:
    """The row as it would be if what it refers to had always had its new key."""
    followed = dict(cells)
    for key in table.foreign_keys:
        for column in key.columns[:1]:
            followed[column] = renamed.get(key.to_table, {}).get(followed[column], followed[column])
    return followed


def _find_renamed(table: Table, changes: list[Change]) -> tuple[list[Change], dict[str, str]]:
    """Puts one `renamed` in the place of a row removed and one added that are alike in all but a key of one column."""
    if len(table.primary_key) != 1:
        return changes, {}
    (column,) = table.primary_key
    alike: dict[tuple[str, ...], dict[str, list[Change]]] = defaultdict(lambda: {"removed": [], "added": []})
    for change in changes:
        cells = change.was or change.now
        if change.kind in ("removed", "added") and cells:
            alike[tuple(cells[name] for name in table.names if name != column)][change.kind].append(change)
    pairs = {
        group["added"][0].key: group["removed"][0]
        for rest, group in alike.items()
        if len(group["removed"]) == len(group["added"]) == 1 and any(rest)
    }
    gone = {change.key for change in pairs.values()}
    result = []
    for change in changes:
        if change.kind == "added" and change.key in pairs:
            was = pairs[change.key]
            result.append(Change(table.name, change.key, "renamed", (column,), was.key, was.was, change.now))
        elif not (change.kind == "removed" and change.key in gone):
            result.append(change)
    return result, {was.key: key for key, was in pairs.items()}
