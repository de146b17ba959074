"""ECMA-262 patterns with the `u` flag (what JSON Schema means by `pattern`), read into a tree of nodes. Matches nothing.

The tree is written as a regular expression that engines read alike (`portable.py`), or run in Python (`matcher.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisions.errors import SchemaError

if TYPE_CHECKING:
    from typing import NoReturn

MAX_CHAR = 0x10FFFF
_MAX_DEPTH = 100  # groups inside groups; what reads and writes them goes down as far
_SYNTAX = set("^$\\.*+?()[]{}|/")
_CONTROLS = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_DIGIT = ((0x30, 0x39),)
_WORD = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACE = (
    *((0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)),
    *((0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
_SETS = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_LINE_ENDS = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_QUANTIFIER = re.compile(r"(?:(?P<sign>[*+?])|\{(?P<low>[0-9]+)(?P<comma>,(?P<high>[0-9]*))?\})\??")
_NAME = re.compile(r"<([A-Za-z_$][A-Za-z0-9_$]*)>")
# Unicode general categories: the short name, then the others by which ECMA-262 knows it.
_CATEGORIES = {
    name: names.split()[0]
    for names in (
        *("L Letter", "LC Cased_Letter", "Lu Uppercase_Letter", "Ll Lowercase_Letter", "Lt Titlecase_Letter"),
        *("Lm Modifier_Letter", "Lo Other_Letter", "M Mark Combining_Mark", "Mn Nonspacing_Mark", "Mc Spacing_Mark"),
        *("Me Enclosing_Mark", "N Number", "Nd Decimal_Number digit", "Nl Letter_Number", "No Other_Number"),
        *("P Punctuation punct", "Pc Connector_Punctuation", "Pd Dash_Punctuation", "Ps Open_Punctuation"),
        *("Pe Close_Punctuation", "Pi Initial_Punctuation", "Pf Final_Punctuation", "Po Other_Punctuation"),
        *("S Symbol", "Sm Math_Symbol", "Sc Currency_Symbol", "Sk Modifier_Symbol", "So Other_Symbol", "Z Separator"),
        *("Zs Space_Separator", "Zl Line_Separator", "Zp Paragraph_Separator", "C Other", "Cc Control cntrl"),
        *("Cf Format", "Cs Surrogate", "Co Private_Use", "Cn Unassigned"),
    )
    for name in names.split()
}


class NotAPatternError(SchemaError):
    """The text is no regular expression of ECMA-262 at all."""


@dataclass(frozen=True)
class Category:
    """A Unicode general category by its short name, or its complement."""

    name: str
    negated: bool


@dataclass(frozen=True)
class Chars:
    """One character: of these ranges and categories, or of none of them."""

    items: tuple[tuple[int, int] | Category, ...]
    negated: bool = False


@dataclass(frozen=True)
class Edge:
    """The begin `^` or end `$` of the text, a word boundary `b` or none `B`."""

    kind: str


@dataclass(frozen=True)
class Look:
    """Look-around: whether the node matches ahead of (or behind) this place."""

    node: Node
    behind: bool
    negated: bool


@dataclass(frozen=True)
class Group:
    """A capturing group, by its number from 1."""

    node: Node
    number: int


@dataclass(frozen=True)
class Backreference:
    """What a group, by number or name, captured."""

    group: int | str


@dataclass(frozen=True)
class Repeat:
    """A node repeated, greedily or not; `high` is None for no limit."""

    node: Node
    low: int
    high: int | None


@dataclass(frozen=True)
class Sequence:
    """Nodes one after another."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Alternatives:
    """One of several nodes."""

    nodes: tuple[Node, ...]


Node = Chars | Edge | Look | Group | Backreference | Repeat | Sequence | Alternatives


@dataclass(frozen=True)
class Pattern:
    """A pattern that was read: its text, its tree, and the numbers of its named groups."""

    text: str
    node: Node
    names: dict[str, int]


def read_pattern(text: str, *, strict: bool = False) -> Pattern:
    r"""Reads a pattern. Raises `NotAPatternError`, and `SchemaError` for what is not supported: scripts, binary properties.

    Unless `strict`, what only older patterns may do is read as they mean it: `\-`, and `]` or `}` on their own.
    """
    reader = _Reader(text, strict)
    node = reader.alternatives()
    if reader.position < len(text):
        reader.fail("closes a group that is not open")
    for group in reader.references:
        if group not in reader.names if isinstance(group, str) else group > reader.groups:
            reader.fail(f"refers to the group {group}, which does not exist,")
    return Pattern(text, node, reader.names)


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, text: str, strict: bool) -> None:
        self.text, self.strict, self.position = text, strict, 0
        self.groups = self.depth = 0
        self.names: dict[str, int] = {}
        self.references: list[int | str] = []

    def fail(self, what: str) -> NoReturn:
        raise NotAPatternError(f"the pattern {self.text!r} {what} at character {self.position}.")

    def take(self, part: str) -> bool:
        if self.text.startswith(part, self.position):
            self.position += len(part)
            return True
        return False

    def match(self, expression: re.Pattern[str] | str) -> re.Match[str] | None:
        found = re.compile(expression).match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    def alternatives(self) -> Node:
        nodes = [self.sequence()]
        while self.take("|"):
            nodes.append(self.sequence())
        return nodes[0] if len(nodes) == 1 else Alternatives(tuple(nodes))

    def sequence(self) -> Node:
        nodes = []
        while self.position < len(self.text) and self.text[self.position] not in "|)":
            node = self.term()
            quantifier = self.match(_QUANTIFIER)
            nodes.append(self.repeat(node, quantifier) if quantifier else node)
        return Sequence(tuple(nodes))

    def repeat(self, node: Node, quantifier: re.Match[str]) -> Node:
        if isinstance(node, (Edge, Look)):
            self.fail("repeats what has no length")
        if quantifier["sign"]:
            low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[quantifier["sign"]]
            return Repeat(node, low, high)
        if max(len(quantifier["low"]), len(quantifier["high"] or "")) > 9:
            raise SchemaError(f"the pattern {self.text!r} repeats more often than is supported.")
        low = int(quantifier["low"])
        high = low if not quantifier["comma"] else int(quantifier["high"]) if quantifier["high"] else None
        if high is not None and high < low:
            self.fail("repeats at least more often than at most")
        return Repeat(node, low, high)

    def term(self) -> Node:
        if self.take("\\"):
            return self.escape()
        if self.take("("):
            return self.group()
        if self.take("["):
            return self.char_class()
        if not (self.strict or self.text[self.position] not in "{}]" or _QUANTIFIER.match(self.text, self.position)):
            return self.one_char()
        if self.text[self.position] in "*+?{}]":
            self.fail(f"has a {self.text[self.position]} that belongs to nothing")
        if self.take("."):
            return Chars(_LINE_ENDS, negated=True)
        if self.text[self.position] in "^$":
            self.position += 1
            return Edge(self.text[self.position - 1])
        return self.one_char()

    def one_char(self) -> Chars:
        code = ord(self.text[self.position])
        self.position += 1
        return Chars(((code, code),))

    def group(self) -> Node:
        for opening, behind, negated in (("?=", 0, 0), ("?!", 0, 1), ("?<=", 1, 0), ("?<!", 1, 1)):
            if self.take(opening):
                return Look(self.closed(), bool(behind), bool(negated))
        if self.take("?:"):
            return self.closed()
        self.groups += 1
        number = self.groups
        if self.take("?"):
            name = self.match(_NAME)
            if name is None or name[1] in self.names:
                self.fail("has a group that is unknown to ECMA-262 or has a name twice")
            self.names[name[1]] = number
        return Group(self.closed(), number)

    def closed(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise SchemaError(f"the pattern {self.text!r} has more than {_MAX_DEPTH} groups inside each other.")
        node = self.alternatives()
        self.depth -= 1
        if not self.take(")"):
            self.fail("has a group that is not closed")
        return node

    def escape(self) -> Node:
        if (found := self.match("[1-9][0-9]*")) or (found := self.match("k" + _NAME.pattern)):
            group = int(found[0]) if found[0][0] != "k" else found[1]
            self.references.append(group)
            return Backreference(group)
        if found := self.match("[bB]"):
            return Edge(found[0])
        item = self.class_escape()
        return item if isinstance(item, Chars) else Chars(((item, item),))

    def class_escape(self) -> Chars | int:
        """What an escape means both inside a class and outside: one character, or a set of them."""
        if found := self.match("[dDwWsS]"):
            return Chars(_SETS[found[0].lower()], negated=found[0].isupper())
        if found := self.match(r"([pP])\{([^}]*)\}"):
            return self.category(found[2], negated=found[1] == "P")
        if found := self.match("[tnvfr]"):
            return _CONTROLS[found[0]]
        if found := self.match("c([A-Za-z])"):
            return ord(found[1]) % 32
        if self.match("0(?![0-9])"):
            return 0
        if found := self.match(r"u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})"):
            return 0x10000 + (int(found[1], 16) - 0xD800) * 0x400 + int(found[2], 16) - 0xDC00
        if found := self.match(r"(?:x(?=[0-9A-Fa-f]{2})|u(?=[0-9A-Fa-f]{4}))([0-9A-Fa-f]{2})"):
            rest = self.match("[0-9A-Fa-f]{2}") if found[0][0] == "u" else None
            return int(found[1] + (rest[0] if rest else ""), 16)
        if (found := self.match(r"u\{([0-9A-Fa-f]{1,12})\}")) and int(found[1], 16) <= MAX_CHAR:
            return int(found[1], 16)
        char = self.text[self.position : self.position + 1]
        if char and (char in _SYNTAX or (not self.strict and char.isascii() and not char.isalnum())):
            self.position += 1
            return ord(char)
        return self.fail(f"uses \\{char}, which means nothing in ECMA-262,")

    def category(self, words: str, *, negated: bool) -> Chars:
        name = words.removeprefix("General_Category=").removeprefix("gc=")
        if name in _CATEGORIES:
            return Chars((Category(_CATEGORIES[name], negated),))
        if words in ("Any", "ASCII"):
            return Chars(((0, MAX_CHAR if words == "Any" else 0x7F),), negated)
        if words == "Assigned":
            return Chars((Category("Cn", not negated),))
        raise SchemaError(
            f"the pattern {self.text!r} uses \\p{{{words}}}, which is not supported; general categories, as \\p{{L}}, are."
        )

    def char_class(self) -> Chars:
        negated = self.take("^")
        items: list[tuple[int, int] | Category] = []
        while not self.take("]"):
            first = self.class_member()
            if self.text.startswith("-", self.position) and not self.text.startswith("-]", self.position):
                self.position += 1
                last = self.class_member()
                if isinstance(first, Chars) or isinstance(last, Chars) or first > last:
                    self.fail("has a range that does not go from one character up to another")
                items.append((first, last))
            elif isinstance(first, Chars):
                items += _complement(first.items) if first.negated else first.items
            else:
                items.append((first, first))
        return Chars(tuple(items), negated)

    def class_member(self) -> Chars | int:
        if self.position >= len(self.text):
            self.fail("has a class of characters that is not closed")
        if not self.take("\\"):
            return self.one_char().items[0][0]  # type: ignore[index]
        if self.take("b"):
            return 0x08
        return ord("-") if self.take("-") else self.class_escape()


def _complement(items: tuple[tuple[int, int] | Category, ...]) -> tuple[tuple[int, int], ...]:
    """All other characters. Sets that may be negated are of ranges in ascending order."""
    found, start = [], 0
    for item in items:
        assert not isinstance(item, Category)  # noqa: S101 - a category carries its own negation
        if item[0] > start:
            found.append((start, item[0] - 1))
        start = item[1] + 1
    return (*found, (start, MAX_CHAR)) if start <= MAX_CHAR else tuple(found)
