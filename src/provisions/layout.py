"""Text for a terminal: wrapped, aligned, coloured where wanted, and free of control characters. Knows no data."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
# C0 and C1 controls; marks, overrides and isolates of direction; what has no width or no ink: joiners, fillers, selectors of
# variants, notes between lines, tags. Data must not steer the terminal, nor hold what nobody sees.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# What CI programs take for a command of theirs, at the beginning of a line or after a blank, where a line may be folded.
_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)|(?<!\S)::")
_COMMAND_IN_JSON = re.compile(r"##(?=[A-Za-z]*\[)")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def clean(text: object) -> str:
    """The text with line breaks as blanks and characters that could steer a terminal written out, as `\\u202e`."""
    plainly = spell_out(" ".join(str(text).split("\n")))
    return _COMMAND.sub(lambda match: f"\\x{ord(match.group()[0]):x}{match.group()[1:]}", plainly)


def spell_out(text: str) -> str:
    """The text with characters that nobody sees or that turn others round written out, as `\\u202e`; line breaks are kept."""
    return _UNSAFE.sub(lambda match: match[0] if match[0] == "\n" else match[0].encode("unicode_escape").decode(), text)


def clean_json(text: str) -> str:
    """JSON text that means the same, with characters that could steer a terminal or a CI program escaped."""
    plainly = _UNSAFE.sub(lambda match: match[0] if match[0] == "\n" else json.dumps(match[0])[1:-1], text)
    return _COMMAND_IN_JSON.sub("#\\\\u0023", plainly)


def style(text: str, *names: str) -> str:
    """The text with ANSI styles; whoever writes to something other than a terminal strips them (`plain`)."""
    return f"\x1b[{';'.join(_STYLES[name] for name in names)}m{text}\x1b[0m" if text else text


def plain(text: str) -> str:
    """The text without ANSI styles."""
    return _ANSI.sub("", text)


def page_width() -> int:
    """Characters to a line: the terminal’s, but never so wide that prose is hard to read."""
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 110))


def wrap(text: str, indent: int = 0, first: str | None = None) -> str:
    """Prose folded to the page, indented; `first` stands in the indent of the first line."""
    pad = " " * indent
    lead = pad if first is None else first + " " * max(0, indent - display_width(first))
    folded = textwrap.wrap(
        clean(text),
        page_width(),
        initial_indent=pad,
        subsequent_indent=pad,
        break_long_words=False,
        break_on_hyphens=False,
    )
    body = "\n".join(folded) or pad
    return lead + body[indent:]


def display_width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in plain(text)
    )


def align(rows: Iterable[Sequence[str]], indent: int = 0, gap: int = 2) -> str:
    """Rows in aligned columns; the last column folds under itself where the page ends."""
    table = [list(row) for row in rows]
    if not table:
        return ""
    widths = [max(display_width(row[n]) for row in table) for n in range(len(table[0]) - 1)]
    start = indent + sum(widths) + gap * len(widths)
    lines = []
    for row in table:
        lead = " " * indent + "".join(
            cell + " " * (width - display_width(cell) + gap) for cell, width in zip(row, widths, strict=False)
        )
        last = row[-1]
        if start + display_width(last) <= page_width() or start > page_width() - 20:
            lines.append((lead + last).rstrip())
        else:
            lines.append(wrap(plain(last), start, lead))
    return "\n".join(lines)


def heading(text: str) -> str:
    """A heading."""
    return style(text, "bold")


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: `1 statement`, `2 statements`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
