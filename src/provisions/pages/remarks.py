"""Statements as people read them: a mark for the stance, who said it, where; the contradiction and its decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisions.layout import clean, style, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, Any]
LEGEND = "+ asserts   − denies   ~ qualifies   ? expects   ○ opines   ≠ contradicts what is coded"
_MARKS = {
    "asserts": ("+", "green"),
    "denies": ("−", "red"),
    "qualifies": ("~", "yellow"),
    "expects": ("?", "cyan"),
    "opines": ("○", "dim"),
}


def write_remarks(remarks: Iterable[Row], indent: int) -> list[str]:
    """The lines of some statements, each with its mark."""
    return [line for remark in remarks for line in write_remark(remark, indent)]


def write_remark(remark: Row, indent: int, place: str | None = None) -> list[str]:
    """The lines of one statement; `place` stands instead of its quote and citation, where these are plain already."""
    mark, colour = ("≠", "red") if remark["contradicts"] else _MARKS[remark["stance"]]
    pad = " " * indent
    lines = [wrap(f"{name_speaker(remark)}: {remark['claim']}", indent + 2, pad + style(mark, colour))]
    if remark["quote"] and place is None:
        lines.append(wrap(f"“{remark['quote']}”", indent + 2))
    lines.append(style(wrap(place or cite(remark), indent + 2), "dim"))
    if remark["contradicts"]:
        coded = f"{remark['property']} is coded “{remark['contradicts']}”, here “{remark['value']}”."
        what = coded if remark["property"] else "Denies what is coded."
        decided = f"Decided: {remark['decided']}" if remark["decided"] else "Not decided yet."
        lines.append(style(wrap(f"{what} {decided}", indent + 4, pad + "  ≠"), "yellow"))
    return lines


def name_speaker(remark: Row) -> str:
    """Who says it, and when: the speaker, or the source in its own voice."""
    who = remark["speaker"] or remark["publisher"]
    when = f", {remark['said_on']}" if remark["said_on"] else ""
    return clean(who + when)


def cite(remark: Row) -> str:
    """Where it was read: publisher, date, place in the document, id of the statement."""
    place = f"passage {remark['passage']}" if remark["passage"] else remark["locator"]
    parts = [remark["publisher"], remark["published_on"], place, f"[{remark['id']}]"]
    return clean(", ".join(str(part) for part in parts if part))
