"""Nested texts → YAML that reads well: long texts folded, nothing quoted that need not be. Knows nothing of sheets."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WIDTH = 110
# A plain scalar that no YAML reader takes for anything but this text: no number, no truth value, no null, no comment.
_PLAIN = re.compile(r"[^\W\d_](?:[^\x00-\x1f\x7f-\x9f:#]|:(?=\S)|(?<=\S)#)*")
_PLAIN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = re.compile(r"(?i)y|n|yes|no|true|false|on|off|null")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_FOLDABLE = re.compile(r"\S+(?: \S+)*")

Path = tuple[str, ...]


def write_yaml(value: dict[str, Any], comment: Callable[[Path], str] = lambda _: "") -> str:
    """A mapping of texts, lists and mappings as YAML; `comment` gives what to say above a key, by its path of keys."""
    return "\n".join(_mapping(value, 0, (), comment)) + "\n"


def write_scalar(text: str, indent: int = 0, column: int = 0) -> str:
    """A text as a scalar that stands at `column`; folded, where it is long, into lines indented by `indent`."""
    if _UNPRINTABLE.search(text):
        return _quoted(text)
    if len(text) + column > WIDTH and _FOLDABLE.fullmatch(text):
        pad = " " * indent
        lines = textwrap.wrap(
            text, max(40, WIDTH - indent), break_long_words=False, break_on_hyphens=False, drop_whitespace=True
        )
        if len(lines) > 1 and " ".join(lines) == text:
            return ">-\n" + "\n".join(pad + line for line in lines)
    plain = _PLAIN.fullmatch(text) and text == text.strip() and not _WORDS.fullmatch(text)
    return text if plain or _PLAIN_DATE.fullmatch(text) else _quoted(text)


def _mapping(value: dict[str, Any], indent: int, path: Path, comment: Callable[[Path], str]) -> Iterator[str]:
    pad = " " * indent
    for key, item in value.items():
        here = (*path, key)
        if said := comment(here):
            yield from textwrap.wrap(
                said, max(60, WIDTH - indent), initial_indent=f"{pad}# ", subsequent_indent=f"{pad}# "
            )
        if item is None:
            yield f"{pad}{key}:"
        elif isinstance(item, str):
            yield f"{pad}{key}: {write_scalar(item, indent + 2, indent + len(key) + 2)}"
        elif isinstance(item, dict):
            yield f"{pad}{key}:"
            yield from _mapping(item, indent + 2, here, comment)
        elif all(isinstance(each, str) for each in item):
            yield f"{pad}{key}: [{', '.join(_in_flow(each) for each in item)}]"
        else:
            yield f"{pad}{key}:"
            for each in item:
                lines = list(_item(each, indent + 2, here, comment))
                first = next(number for number, line in enumerate(lines) if not line.lstrip().startswith("#"))
                yield from (line[2:] for line in lines[:first])
                yield f"{pad}- {lines[first][indent + 2 :]}"
                yield from lines[first + 1 :]


def _item(item: Any, indent: int, path: Path, comment: Callable[[Path], str]) -> Iterator[str]:
    if isinstance(item, dict):
        yield from _mapping(item, indent, path, comment)
    else:
        yield " " * indent + write_scalar(item, indent + 2, indent + 2)


def _in_flow(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", text) and not _WORDS.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    if _UNPRINTABLE.search(text) or "'" in text:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + _UNPRINTABLE.sub(_escape, escaped) + '"'
    return f"'{text}'"


def _escape(match: re.Match[str]) -> str:
    return {"\n": "\\n", "\t": "\\t"}.get(match[0], f"\\u{ord(match[0]):04x}")
