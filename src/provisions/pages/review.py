"""A review of changes as text, as Markdown for a comment on a pull request, or as JSON."""

from __future__ import annotations

import dataclasses
from itertools import groupby
from typing import TYPE_CHECKING

from provisions.documents import write_json
from provisions.layout import clean, count, heading, style, wrap
from provisions.reports.as_markdown import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisions.differences import Change
    from provisions.review import Consequence, Review

_SIGNS = {"added": "+", "removed": "−", "changed": "~", "renamed": "»"}
_COLOURS = {"added": "green", "removed": "red", "changed": "yellow", "renamed": "cyan"}
# What says most about a row that was added or removed.
_TELLING = ("title", "name", "summary", "claim", "kind", "date", "role", "label", "text", "reason")
MAX_LINES = 400


def write_review(review: Review) -> str:
    """The review as text, with ANSI styles."""
    parts = []
    for table, group in groupby(review.changes, key=lambda change: change.table):
        changes = list(group)
        lines = [f"{heading(table)}: {_counts(changes)}"]
        for change in changes[:MAX_LINES]:
            sign = style(_SIGNS[change.kind], _COLOURS[change.kind])
            lines.append(wrap(_tell(change), 4, f"  {sign} "))
            lines += [wrap(line, 8) for line in _cells(change)]
        lines += [f"  … and {len(changes) - MAX_LINES:,} more."] if len(changes) > MAX_LINES else []
        parts.append("\n".join(lines))
    if review.consequences:
        lines = [heading("WHAT FOLLOWS")]
        lines += [wrap(_tell_consequence(one), 4, "  ⇒ ") for one in review.consequences[:MAX_LINES]]
        more = len(review.consequences) - MAX_LINES
        lines += [f"  … and {more:,} more."] if more > 0 else []
        parts.append("\n".join(lines))
    if review.unread:
        parts.append(f"Not compared, as they cannot be read row by row: {', '.join(review.unread)}.")
    parts.append(f"{count(len(review.changes), 'row')} differ." if review.changes else "No row differs.")
    parts += [wrap(line) for line in _ask(review)]
    return "\n\n".join(parts) + "\n"


def write_review_markdown(review: Review) -> str:
    """The review in GitHub’s Markdown, tables folded."""
    head = f"## What changes: {count(len(review.changes), 'row')}"
    parts = [head, f"`{clean(review.before)}` → `{clean(review.after)}`", *map(escape, _ask(review))]
    if review.consequences:
        lines = ["### What follows", ""]
        lines += [f"* {escape(_tell_consequence(one))}" for one in review.consequences[:MAX_LINES]]
        more = len(review.consequences) - MAX_LINES
        lines += [f"* … and {more:,} more"] if more > 0 else []
        parts.append("\n".join(lines))
    for table, group in groupby(review.changes, key=lambda change: change.table):
        changes = list(group)
        lines = [f"<details><summary><b>{escape(table)}</b>: {_counts(changes)}</summary>", ""]
        for change in changes[:MAX_LINES]:
            lines.append(f"* {_SIGNS[change.kind]} {escape(_tell(change))}")
            lines += [f"  * {escape(line)}" for line in _cells(change)]
        lines += [f"* … and {len(changes) - MAX_LINES:,} more"] if len(changes) > MAX_LINES else []
        parts.append("\n".join([*lines, "", "</details>"]))
    return "\n\n".join(parts) + "\n"


def write_review_json(review: Review) -> str:
    """The review as one JSON object."""
    return write_json({"version": 1} | dataclasses.asdict(review))


def _ask(review: Review) -> list[str]:
    """What the changes ask of the version, where they ask for something."""
    if review.step is None or not review.step.reasons:
        return []
    step = review.step
    return [
        f"After {step.last}, this asks for a {step.level} step, {step.version} or higher: {'; '.join(step.reasons)}."
    ]


def _counts(changes: Sequence[Change]) -> str:
    numbers = {kind: sum(change.kind == kind for change in changes) for kind in _SIGNS}
    return ", ".join(f"{number:,} {kind}" for kind, number in numbers.items() if number)


def _tell(change: Change) -> str:
    if change.kind == "renamed":
        return f"{change.was_key} → {change.key}"
    if change.kind == "changed":
        return change.key
    cells = change.now or change.was
    said = next((cells[name] for name in _TELLING if cells.get(name)), "")
    return f"{change.key}: {said}" if said else change.key


def _cells(change: Change) -> list[str]:
    if change.kind != "changed" or not change.was:
        return []
    return [f"{name}: {change.was[name] or '(empty)'} → {change.now[name] or '(empty)'}" for name in change.columns]


def _tell_consequence(one: Consequence) -> str:
    years = ""
    if one.years:
        first, last = min(one.years), max(one.years)
        years = f" in {first}" if first == last else f" from {first} to {last}"
    if one.column == "row":
        return f"{one.table} {one.key}{years}: " + (f"now {one.now}" if one.was is None else f"no longer {one.was}")
    return f"{one.table} {one.key}: {one.column}{years} {one.was or '(empty)'} → {one.now or '(empty)'}"
